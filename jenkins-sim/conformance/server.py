"""A `footman serve` of Jenkins alone, in lockstep."""

import base64
import json
import os
import re
import subprocess
import urllib.error
import urllib.request


class Server:
    """One process; its port is read from what it prints."""

    def __init__(self, *arguments):
        program = os.environ.get("FOOTMAN")
        assert program, "FOOTMAN names no program; start the suite by jenkins-sim/conformance/run"
        command = [program, "serve", "--jenkins", "127.0.0.1:0", "--clock", "lockstep", "--no-example", *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.url = None
        for line in self.process.stdout:
            if line.startswith("Jenkins"):
                self.url = line.split()[1]
                break
        assert self.url, f"{command} ended with {self.process.wait()}"

    def close(self):
        self.process.terminate()
        self.process.communicate()

    def sim(self, method, path, body=None):
        """A request under `/_sim/`."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url.rstrip("/") + path, data, method=method)
        try:
            with urllib.request.urlopen(request) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.read().decode()}") from error

    def get(self, path, user=None, token=None):
        """An answer to a GET, without a client between."""
        request = urllib.request.Request(self.url + path)
        if user:
            basic = base64.b64encode(f"{user}:{token}".encode()).decode()
            request.add_header("Authorization", f"Basic {basic}")
        return urllib.request.urlopen(request)

    def advance(self, seconds):
        """Lets everything happen that is due within the next `seconds`."""
        now = self.sim("GET", "/_sim/next")["now"]
        self.sim("POST", "/_sim/advance", {"to": now + round(seconds * 1000)})

    def connect(self, node, **auth):
        """The agent of a node connects, with the secret that its file says."""
        with self.get(f"computer/{node}/slave-agent.jnlp", **auth) as answer:
            secret = re.search("<argument>([0-9a-f]{64})<", answer.read().decode()).group(1)
        return self.sim("POST", "/_sim/agent", {"name": node, "secret": secret})
