"""A `footman serve` of Jenkins alone, in lockstep."""

import base64
import re
import urllib.request

from serving import Serving


class Server(Serving):
    """One process that serves Jenkins."""

    def __init__(self, *arguments):
        super().__init__("Jenkins", "--no-example", *arguments)

    def get(self, path, user=None, token=None):
        """An answer to a GET, without a client between."""
        request = urllib.request.Request(self.url + path)
        if user:
            basic = base64.b64encode(f"{user}:{token}".encode()).decode()
            request.add_header("Authorization", f"Basic {basic}")
        return urllib.request.urlopen(request)

    def connect(self, node, **auth):
        """The agent of a node connects, with the secret that its file says."""
        with self.get(f"computer/{node}/slave-agent.jnlp", **auth) as answer:
            secret = re.search("<argument>([0-9a-f]{64})<", answer.read().decode()).group(1)
        return self.sim("POST", "/_sim/agent", {"name": node, "secret": secret})
