"""The SQL database: tables, migrations, and one module of statements per aggregate."""
