# SPDX-License-Identifier: GPL-3.0-or-later
"""The picture of another laptop over a link that gets nowhere: it is given up when another one is looked at, and when
the page is left."""
import http.server
import pathlib
import tempfile
import threading
import time

import asked
import driver
import fhirserver
from clinic import Clinic
from driver import Window, result
from reading import settings_of


class Trickle:
    """An object store whose answers never end."""

    def __init__(self):
        self.asked, self.open = 0, 0
        owner, lock = self, threading.Lock()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_HEAD(self):
                self.send_response(200)
                self.send_header("Content-Length", "9000")
                self.send_header("ETag", '"one"')
                self.end_headers()

            def do_GET(self):
                with lock:
                    owner.asked += 1
                    owner.open += 1
                try:
                    self.send_response(200)
                    self.send_header("Content-Length", "9000")
                    self.end_headers()
                    for _ in range(9000):
                        self.wfile.write(b"x")
                        self.wfile.flush()
                        time.sleep(0.1)
                except OSError:
                    pass
                with lock:
                    owner.open -= 1
                self.close_connection = True

            def log_message(self, *arguments):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()


def look_at_other(window, store: Trickle) -> None:
    """It is the last of the film, which asks for its small picture as well."""
    for _ in range(12):
        window.key("ctrl+Next")
        time.sleep(0.1)
    window.until(lambda: store.open == 2, "the picture being fetched", 30)


def given_up(window, store: Trickle, left: int, what: str) -> None:
    try:
        window.until(lambda: store.open == left, "the end of it", 10)
        result(True, what)
    except TimeoutError:
        result(False, what, f"{store.open} of {store.asked} are still on their way")


def main() -> None:
    store = Trickle()
    with tempfile.TemporaryDirectory() as temporary, fhirserver.Server() as server:
        folder = pathlib.Path(temporary)
        demo = asked.set_up(folder, server)[0]
        secret = {"secrets": (driver.PASSPHRASE, "a secret of nobody")}
        Clinic(demo, user="admin")("sync", "configure", "s3", store.url, "--bucket", "pictures", "--user", "key", **secret)
        Clinic(demo, user="admin")("sync", "pause", secrets=(driver.PASSPHRASE,))
        with Window(demo, env=settings_of(folder, "path"), name="picture-left") as window:
            window.sign_in()
            asked.open_reading(window)
            look_at_other(window, store)
            window.shot("picture-left-loading")
            window.key("ctrl+Prior")
            given_up(window, store, 1, "a picture that is not looked at any more is given up")
            look_at_other(window, store)
            window.key("alt+Left")
            given_up(window, store, 0, "so is that of a page that is left")
            asked.open_reading(window)
            look_at_other(window, store)
            window.shot("picture-left-again")
            result(not window.says("not known"), "and it is tried anew when it is looked at again", window.texts())
    driver.finish()


if __name__ == "__main__":
    main()
