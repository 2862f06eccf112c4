"""A headless Chromium, driven by its DevTools protocol over one WebSocket."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import time
import urllib.request
from pathlib import Path

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "chrome"))), None)
# Root, as in containers, needs --no-sandbox; no name but this machine's own is resolved.
SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
    "--window-size=1200,1600",
)


class Browser:
    """One page. A context manager; leaving it ends the browser.

    Args:
        folder: a scratch folder for the profile.
        switches: further ones of Chromium's.
    """

    def __init__(self, folder: Path, *switches: str):
        self._process = subprocess.Popen(
            [CHROMIUM, *SWITCHES, *switches, f"--user-data-dir={folder}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            self._socket = _page_socket(folder)
        except BaseException:
            self._end()
            raise
        self._asked = 0
        self._events: list[dict] = []
        self.ask("Page.enable")

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *_) -> None:
        self._socket.close()
        self._end()

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()

    def ask(self, method: str, **parameters) -> dict:
        """Send one command and return its result."""
        self._asked += 1
        self._socket.send(json.dumps({"id": self._asked, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv())
            if message.get("id") == self._asked:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            self._events.append(message)

    def watch(self) -> None:
        """From now on, remember what the page asks for and what its console says."""
        self.ask("Network.enable")
        self.ask("Runtime.enable")
        self.ask("Log.enable")

    def requested_elsewhere(self, here: str) -> set[str]:
        """Addresses that the page asked for and that are not of this server, `host:port`."""
        asked = (
            event["params"]["request"]["url"]
            for event in self._events
            if event.get("method") == "Network.requestWillBeSent"
        )
        outside = re.compile(rf"(?:https?|wss?)://(?!{re.escape(here)}/)")
        return set(filter(outside.match, asked))

    def errors(self) -> list[str]:
        """What the console says as an error, one text for each."""
        found = []
        for event in self._events:
            said = event.get("params", {})
            if event.get("method") == "Runtime.exceptionThrown":
                found.append(json.dumps(said["exceptionDetails"]))
            elif event.get("method") == "Log.entryAdded" and said["entry"]["level"] == "error":
                found.append(json.dumps(said["entry"]))
            elif event.get("method") == "Runtime.consoleAPICalled" and said["type"] == "error":
                found.append(json.dumps(said["args"]))
        return found

    def open(self, address: str) -> None:
        """Go to an address and wait until the page has loaded."""
        self.ask("Page.navigate", url=address)
        self.wait(f"location.href.startsWith({json.dumps(address)})")
        self.wait("document.readyState === 'complete'")

    def run(self, script: str):
        """The value of a JavaScript expression in the page."""
        answer = self.ask(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{script}: {answer['exceptionDetails']['exception']}")
        return answer["result"].get("value")

    def wait(self, condition: str, seconds: float = 30) -> None:
        """Wait until a JavaScript expression is true."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if self.run(f"Boolean({condition})"):
                    return
            except RuntimeError:
                pass  # the page is changing under the script
            time.sleep(0.05)
        raise TimeoutError(f"the page never satisfied: {condition}")

    def click(self, selector: str) -> None:
        """Click the first element that matches, with the mouse."""
        x, y = self.run(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            "e.scrollIntoView({block: 'center'});"
            "const r = e.getBoundingClientRect(); return [r.x + r.width/2, r.y + r.height/2] })()"
        )
        self.ask("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def type(self, text: str) -> None:
        """Type into what has the focus, and leave it with the tabulator key."""
        self.ask("Input.insertText", text=text)
        for kind in ("keyDown", "keyUp"):
            self.ask(
                "Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9
            )

    def picture(self, path: Path, whole: bool = True) -> None:
        """Write a PNG of the page, or of what the window shows of it.

        Of a whole page, Chromium at times leaves out canvases and pages within the page.
        """
        shot = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(shot["data"]))


def _page_socket(folder: Path):
    """A WebSocket to the browser's first page; its port is in a file that Chromium writes."""
    from websocket import create_connection

    port_file = folder / "DevToolsActivePort"
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            port = int(port_file.read_text(encoding="utf-8").splitlines()[0])
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json", timeout=5) as answer:
                pages = [item for item in json.load(answer) if item["type"] == "page"]
            return create_connection(pages[0]["webSocketDebuggerUrl"], timeout=60)
        except (OSError, ValueError, IndexError):
            time.sleep(0.1)
    raise TimeoutError("Chromium did not open its DevTools port within 60 s")
