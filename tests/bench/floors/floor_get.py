"""Floor of reading: an empty aiohttp handler that answers GET.

Usage: floor_get.py PORT
"""

import sys

import uvloop
from aiohttp import web


async def hello(request: web.Request) -> web.Response:
    return web.Response(text="hello")


app = web.Application()
app.router.add_get("/hello", hello)
uvloop.install()
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)
