"""Load by wrk from the other core: paths drawn at random from a file, all on kept connections."""

import json
import subprocess

import servers

CONNECTIONS = 32


def run(server, paths_file, seconds, expect=200, connections=CONNECTIONS, **headers):
    """Requests a second, p50 and p99 in milliseconds. Any answer but `expect` is an error."""
    command = ["taskset", "-c", servers.LOAD_CORE, "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    for name, value in server.headers(**headers).items():
        command += ["-H", f"{name}: {value}"]
    command += ["-s", servers.HERE / "random_paths.lua", server.url("/"), "--", paths_file, str(expect)]
    result = json.loads(subprocess.check_output(command, text=True).splitlines()[-1])
    if result["unexpected"] or result["socket_errors"]:
        raise RuntimeError(f"{result} for {paths_file}")
    return result
