"""Serve one of the pasture's applications on loopback: ``serve.py NAME PORT``.

Its own commands listen on every address.
"""

import sys

from fediverse_pasture.data_provider import DataProvider
from fediverse_pasture.server.one_actor_app import app_for_data_provider
from fediverse_pasture.verify_actor import build_app

name, port = sys.argv[1], int(sys.argv[2])
if name == "one_actor":
    app = app_for_data_provider(DataProvider.generate_and_load(False))
else:
    app = build_app(False, f"127.0.0.1:{port}", False, 20)
app.run(host="127.0.0.1", port=port)
