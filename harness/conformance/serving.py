"""A `footman serve` in lockstep, as the conformance suites of both simulators start it."""

import json
import os
import subprocess
import urllib.error
import urllib.request


class Serving:
    """One process that serves `service`; its port is read from what it prints."""

    def __init__(self, service, *arguments):
        program = os.environ.get("FOOTMAN")
        assert program, "FOOTMAN names no program; start the suite by its `run`"
        address = [f"--{service.lower()}", "127.0.0.1:0"]
        command = [program, "serve", *address, "--clock", "lockstep", *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.url = None
        for line in self.process.stdout:
            if line.startswith(service):
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

    def now_ms(self):
        return self.sim("GET", "/_sim/next")["now"]

    def advance(self, seconds):
        """Lets everything happen that is due within the next `seconds`."""
        self.sim("POST", "/_sim/advance", {"to": self.now_ms() + round(seconds * 1000)})
