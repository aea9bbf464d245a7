"""Commands in processes of their own, beside running nodes."""

import asyncio
import json
import os
import sys
from typing import Any

from tests.house.source_tree import ROOT

PIPE = asyncio.subprocess.PIPE
Outcome = tuple[int | None, str, str]


def arguments_of(*arguments: object) -> tuple[list[str], dict[str, Any]]:
    """Return the words of a command, and where it runs: away from any node's folder."""
    words = [sys.executable, "-m", "node", *(str(word) for word in arguments)]
    environment = {key: value for key, value in os.environ.items() if "SKAGERRAK" not in key}
    return words, {"cwd": ROOT, "env": environment}


async def start(*arguments: object) -> asyncio.subprocess.Process:
    """Run the command in a process of its own."""
    words, where = arguments_of(*arguments)
    return await asyncio.create_subprocess_exec(
        *words, stdin=PIPE, stdout=PIPE, stderr=PIPE, **where
    )


async def run(*arguments: object, given: bytes = b"") -> Outcome:
    """Return exit code, output and errors of a command."""
    process = await start(*arguments)
    out, errors = await process.communicate(given)
    assert b"Traceback" not in errors, errors.decode()
    return process.returncode, out.decode(), errors.decode()


async def answer(*arguments: object, given: bytes = b"", status: int = 0) -> Any:
    """Return what a command prints for programs."""
    code, out, errors = await run(*arguments, "--json", given=given)
    assert code == status, errors
    return json.loads(out)
