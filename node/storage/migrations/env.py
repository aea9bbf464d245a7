"""What Alembic runs for every upgrade: the revisions, over the connection it was given."""

from alembic import context

from node.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by rebuilding it
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
