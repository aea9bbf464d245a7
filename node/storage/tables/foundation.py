"""What all tables share: one catalogue, one way of naming, one kind of number."""

from sqlalchemy import BigInteger, Integer, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: SQLite numbers rows by itself only where the key is called INTEGER. Tables numbered so say
#: ``sqlite_autoincrement``, else SQLite would give a deleted last row's number out again.
Serial = BigInteger().with_variant(Integer, "sqlite")
