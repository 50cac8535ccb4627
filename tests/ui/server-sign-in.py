# SPDX-License-Identifier: GPL-3.0-or-later
"""How a clinic signs in to its servers, set up in the window: by a key that is made here, by an AWS signature, with keys
that are lent; and read again by the command line. By the keyboard alone."""
import json
import os
import pathlib
import subprocess
import tempfile
import time

import driver
import fhirserver
import reader
from driver import Window, result

ROLE = "arn:aws:iam::123456789012:role/smears"
SECRET = "a secret of the tests"


def cli(clinic, *arguments, secret=None) -> subprocess.CompletedProcess:
    words = ["--clinic", str(clinic), "--user", "admin", "--passphrase-fd", "0", "--json", *arguments]
    return subprocess.run([driver.CLI, *words], input="\n".join(filter(None, (driver.PASSPHRASE, secret))) + "\n",
                          text=True, capture_output=True, check=False)


def configure(clinic, *arguments) -> dict:
    """Without a secret: what is kept has to be for just this server and name."""
    done = cli(clinic, "sync", "configure", *arguments)
    result(done.returncode == 0, f"the command line knows what the window set up: {arguments[0]}", done.stderr)
    return json.loads(done.stdout or "{}")


def enter(window, keys: str, text: str) -> None:
    window.key(keys, "ctrl+a")
    window.type(text, 15)


def open_page(window, name: str) -> None:
    window.tab_to(name)
    window.key("Return")
    window.wait("Address of the server")
    time.sleep(0.7)


def back(window) -> None:
    window.key("alt+Left")
    window.wait("Sealed pictures, in a bucket")
    time.sleep(0.5)


KINDS = ("None", "Name and password", "Token", "SMART Backend Services", "AWS (HealthLake)",
         "AWS, keys lent (STS)")
KEYS = ("Kept on this computer", "Lent for an hour (STS)")


def choose(window, keys: str, name: str) -> None:
    """In a row of choices, which Alt and a letter opens."""
    window.key(keys)
    time.sleep(0.5)
    window.key("Home", *["Down"] * (KINDS if name in KINDS else KEYS).index(name))
    time.sleep(0.2)
    window.key("Return")
    window.wait(name)
    time.sleep(0.5)


def save(window, done: str = "Saved. What waits is sent") -> None:
    window.key("alt+s")
    window.wait(done, 20)


def file_name(window):
    node = window.focused()
    return node if node is not None and reader.EDITABLE in node.interfaces else None


def save_file(window, path: pathlib.Path) -> dict:
    window.key("alt+v")
    title = "^Save the Public Key$"
    found = window.until(lambda: subprocess.run(["xdotool", "search", "--name", title], capture_output=True, text=True,
                                                check=False).stdout, "the file dialog")
    time.sleep(0.5)
    subprocess.run(["xdotool", "windowfocus", found.split()[0]], check=True)
    time.sleep(0.3)
    window.until(lambda: file_name(window), "the field of the file's name").write(str(path))
    window.key("Return")
    window.until(path.exists, "the file of the public key")
    window.wait("It is no secret.")
    found = subprocess.run(["xdotool", "search", "--name", "^Hemogram$"], capture_output=True, text=True, check=False)
    for identity in found.stdout.split():
        subprocess.run(["xdotool", "windowfocus", identity], check=False)
    time.sleep(0.3)
    return json.loads(path.read_text())


def by_key(window, server, clinic, folder) -> None:
    open_page(window, "Records Server")
    enter(window, "alt+a", server.url)
    choose(window, "alt+i", "SMART Backend Services")
    window.wait("Client ID")
    result(not window.says("Password") and not window.says("Role (ARN)"), "only the rows of this kind are shown")
    result(any(text.startswith("hemogram-") for text in window.entries()), "a client ID is proposed", window.entries())
    result(not window.says("Save the Public Key"), "a key that is not in the store is not handed over")
    window.shot("servers-smart-new")
    window.key("alt+l", "ctrl+a", "BackSpace", "alt+t")
    window.wait("A client id and a private key are needed", 20)
    result(window.says("Fill it in above"), "what is missing on the page is said by the test")
    enter(window, "alt+l", "clinic-a")
    enter(window, "alt+p", "system/*.rs")
    server.clients = {}
    window.key("alt+t")
    window.wait("does not know this clinic by its client id and key", 40)
    result(window.says("the public key of this page are registered"), "an unknown key: the test says what to do")
    window.shot("servers-smart-refused")
    save(window, "Saved. Now hand the public key")
    window.wait("The private key is kept here")
    window.wait_gone("Saved. Now", 20)
    window.shot("servers-smart")
    public = save_file(window, folder / "public.json")
    key = public["keys"][0]
    result(key["crv"] == "P-384" and "d" not in key and window.says(key["kid"]), "the public key is saved to a file",
           str(public))
    window.key("alt+e")
    window.wait("The public key is in the clipboard")
    server.clients = {"clinic-a": key["kid"]}
    window.key("alt+t")
    window.wait("The server can be used", 40)
    result(server.scopes[-1] == "system/*.rs", "with the key registered all steps pass, with the scope", server.scopes)
    window.shot("servers-smart-passed")


def another_kind(window) -> None:
    """Looking at another kind takes nothing away; a new key is asked for."""
    open_page(window, "Records Server")
    choose(window, "alt+i", "Name and password")
    window.wait("Password")
    result(not window.says("(kept; type"), "a key is not taken for a password")
    choose(window, "alt+i", "SMART Backend Services")
    window.wait("The private key is kept here")
    result("clinic-a" in window.entries(), "what was saved of one kind stays while another is looked at")
    window.key("alt+x")
    window.wait("Make a New Key?")
    window.shot("servers-smart-exchange")
    window.key("Escape")
    window.wait_gone("Make a New Key?")
    window.wait("The private key is kept here")
    back(window)


def by_signature(window, server, clinic) -> None:
    server.clients = None
    open_page(window, "Records Server")
    choose(window, "alt+i", "AWS (HealthLake)")
    window.wait("Secret access key")
    enter(window, "alt+d", "AKTESTS")
    enter(window, "alt+e", SECRET)
    window.key("alt+t")
    window.wait("a region are needed", 20)
    enter(window, "alt+o", "eu-west-2")
    window.shot("servers-sigv4")
    server.access = "AKOTHERS/eu-west-2"
    window.key("alt+t")
    window.wait("The server cannot be used like this", 40)
    result(window.says("Type user and secret again"), "another access key: the test says what to do", window.texts())
    server.access = "AKTESTS/eu-west-2"
    window.key("alt+t")
    window.wait("The server can be used", 40)
    window.key("alt+s")
    window.wait("Forget the Key?")
    window.shot("servers-smart-forget")
    window.key("Escape")
    window.wait_gone("Forget the Key?")
    result(not window.says("Saved. What waits is sent"), "a key that the server may know is not forgotten unasked")
    window.key("alt+s")
    window.wait("Forget the Key?")
    window.key("alt+f")
    window.wait("Saved. What waits is sent", 20)
    window.wait("Secret access key (kept; type to replace it)")
    result(True, "a secret that is kept is said")
    window.wait_gone("Saved. What waits is sent", 20)
    enter(window, "alt+a", "https://another.example.org/fhir")
    window.wait_gone("(kept; type")
    result(True, "and not for another server")
    enter(window, "alt+a", server.url)
    window.wait("Secret access key (kept; type to replace it)")
    choose(window, "alt+i", "AWS, keys lent (STS)")
    window.wait("Role (ARN)")
    window.shot("servers-sigv4-lent")
    back(window)


def lent(window, folder) -> None:
    open_page(window, "Pictures Server")
    enter(window, "alt+a", "https://127.0.0.1:9")
    enter(window, "alt+b", "smears")
    window.shot("servers-s3-kept")
    choose(window, "alt+y", "Lent for an hour (STS)")
    window.wait("Role (ARN)")
    result(not window.says("Secret access key"), "lent keys need no secret")
    enter(window, "alt+n", ROLE)
    enter(window, "alt+l", "clinic-s3")
    window.key("alt+t")
    window.wait("the address where the clinic gets its token is needed", 20)
    enter(window, "alt+u", "https://127.0.0.1:9/token")
    window.shot("servers-s3-lent")
    window.key("alt+t")
    window.wait("The server cannot be used like this", 40)
    result(window.says("Failed"), "the test says that the token service is away", window.texts())
    save(window, "Saved. Now hand the public key")
    window.wait("The private key is kept here")
    window.wait_gone("Saved. Now", 20)
    save_file(window, folder / "pictures.json")
    back(window)
    open_page(window, "Pictures Server")
    window.until(lambda: ROLE in window.entries() and "https://127.0.0.1:9/token" in window.entries(), "what was saved")
    result(True, "what lends the keys is shown again")
    window.shot("servers-s3-saved")
    back(window)


def leave(window, count: int) -> None:
    """The server that alone has originals of this laptop is not left unsaid."""
    asked = "Leave the Originals Behind?"
    open_page(window, "Pictures Server")
    enter(window, "alt+b", "others")
    window.key("alt+s")
    window.wait(asked, 20)
    time.sleep(0.5)
    window.shot("servers-left")
    result(any(f"{count} picture" in text for text in window.texts()), "it is said how many originals it has", window.texts())
    window.key("Return")
    window.wait_gone(asked)
    time.sleep(1)
    result(not window.says("Saved. What waits is sent"), "who only presses Return keeps it")
    window.key("alt+r")
    window.wait("Remove This Server?", 20)
    window.key("alt+r")
    window.wait(asked, 20)
    window.key("Escape")
    window.wait_gone(asked)
    window.key("alt+s")
    window.wait(asked, 20)
    window.key("alt+l")
    window.wait("Saved. What waits is sent", 20)
    window.wait_gone("Saved. What waits is sent", 20)
    enter(window, "alt+b", "more")
    save(window)
    result(not window.says(asked), "another one has none of them: nothing is asked")


def to_servers(window) -> None:
    window.sign_in()
    window.click(None, "Settings")
    window.wait("Who may sign in, and do what")
    window.click(None, "Servers")
    window.wait("Sealed pictures, in a bucket")
    time.sleep(0.5)


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary, fhirserver.Server() as server:
        folder = pathlib.Path(temporary)
        clinic = driver.demo_clinic(folder)
        server.start()
        with Window(clinic, name="servers") as window:
            to_servers(window)
            by_key(window, server, clinic, folder)
        told = configure(clinic, "fhir", server.url, "--sign-in", "smart", "--user", "clinic-a", "--scope", "system/*.rs")
        result(json.loads(told.get("public_keys", "{}")) == json.loads((folder / "public.json").read_text()),
               "the key in the file is the one that the command line tells", str(told))
        with Window(clinic, name="servers-again") as window:
            to_servers(window)
            another_kind(window)
            by_signature(window, server, clinic)
            lent(window, folder)
        told = configure(clinic, "fhir", server.url, "--sign-in", "sigv4", "--user", "AKTESTS", "--region", "eu-west-2")
        tried = cli(clinic, "sync", "test", "fhir")
        result(told.get("sign_in") == "sigv4" and tried.returncode == 0, "and its test passes with the kept secret",
               str(told) + tried.stdout + tried.stderr)
        told = configure(clinic, "s3", "https://127.0.0.1:9", "--bucket", "smears", "--user", "clinic-s3", "--role", ROLE,
                         "--token-url", "https://127.0.0.1:9/token")
        result(json.loads(told.get("public_keys", "{}")) == json.loads((folder / "pictures.json").read_text()),
               "the key of the pictures' server is the one that was saved", str(told))
        gone = subprocess.run([os.environ["HEMOGRAM_PRUNED"], str(clinic), driver.PASSPHRASE], capture_output=True, text=True,
                              check=False)
        count = len(gone.stdout.split())
        result(count > 1, "originals were taken off the laptop", gone.stdout + gone.stderr)
        with Window(clinic, name="servers-left") as window:
            to_servers(window)
            leave(window, count)
    driver.finish()


main()
