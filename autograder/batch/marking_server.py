"""The page for marking, served to this machine alone and to nobody without its address."""

from __future__ import annotations

import json
import secrets
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files

from autograder.batch.marking import MarkingTable
from bvae_ref.page_design import tokens

FILES = {"": "text/html", "marking.js": "text/javascript", "marking.css": "text/css"}
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'"
LONGEST_REQUEST = 20_000


class MarkingServer(ThreadingHTTPServer):
    """Serves one table on 127.0.0.1.

    The address holds a token that nobody can guess, and requests that name another host are
    refused: neither another user of this machine nor a page from elsewhere can mark.

    Args:
        table: what is marked.
        port: 0 takes any that is free.
    """

    daemon_threads = True

    def __init__(self, table: MarkingTable, port: int = 0):
        super().__init__(("127.0.0.1", port), _Handler)
        self.table, self.token = table, secrets.token_urlsafe(24)

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.server_port}/{self.token}/"


class _Handler(BaseHTTPRequestHandler):
    server: MarkingServer

    def do_GET(self) -> None:
        name = self._name()
        if name is None:
            self._send(404, "text/plain", b"This address is not known here.")
        elif name == "answers":
            self._send_json(200, self.server.table.overview())
        elif name in FILES:
            folder = files("autograder.views").joinpath("marking")
            content = folder.joinpath(name or "marking.html").read_bytes()
            if name.endswith(".css"):
                content = tokens().encode() + content
            self._send(200, FILES[name], content)
        else:
            self._send(404, "text/plain", b"There is no such page.")

    def do_POST(self) -> None:
        if self._name() != "answers" or self.headers.get_content_type() != "application/json":
            self._send(404, "text/plain", b"This address is not known here.")
            return
        try:
            size = int(self.headers.get("Content-Length", ""))
            if not 0 < size <= LONGEST_REQUEST:
                raise ValueError("the request is too long")
            self._mark(json.loads(self.rfile.read(size)))
        except (ValueError, LookupError, TypeError) as error:
            self._send_json(400, {"error": str(error)})
        except OSError as error:
            self._send_json(500, {"error": str(error)})
        else:
            self._send_json(200, self.server.table.overview())

    def _mark(self, asked: dict) -> None:
        key, question = str(asked["key"]), str(asked["question"])
        if "comment" in asked:
            self.server.table.comment(key, question, str(asked["comment"]))
        else:
            points = asked["points"]
            given = None if points is None else float(points)
            self.server.table.mark(key, question, int(asked["item"]), given)

    def _name(self) -> str | None:
        """What is asked for below the token; None without it, or under another host's name."""
        here = {f"{name}:{self.server.server_port}" for name in ("127.0.0.1", "localhost")}
        _, token, name, *more = [*self.path.split("/"), "", ""][:4]
        known = secrets.compare_digest(token.encode(), self.server.token.encode())
        return name if known and not more[0] and self.headers.get("Host") in here else None

    def _send_json(self, status: int, data: dict) -> None:
        text = json.dumps(data, ensure_ascii=False, allow_nan=False)
        self._send(status, "application/json", text.encode("utf-8", "replace"))

    def _send(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args) -> None:
        """Nothing: the address with its token stays out of logs."""
