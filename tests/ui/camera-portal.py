# SPDX-License-Identifier: GPL-3.0-or-later
"""The cameras behind the portal, as in a sandbox: allowed, refused, and without a portal. Prints TAP.

The portal is a stand-in that answers as org.freedesktop.portal.Camera does and gives a connection to a real
PipeWire."""
import importlib.util
import os
import pathlib
import socket
import sys
import threading
import time

from gi.repository import Gio, GLib

spec = importlib.util.spec_from_file_location("camera_pipewire", pathlib.Path(__file__).with_name("camera-pipewire.py"))
helper = importlib.util.module_from_spec(spec)
spec.loader.exec_module(helper)

INTERFACE = """<node>
  <interface name="org.freedesktop.portal.Camera">
    <method name="AccessCamera"><arg type="a{sv}" direction="in"/><arg type="o" direction="out"/></method>
    <method name="OpenPipeWireRemote"><arg type="a{sv}" direction="in"/><arg type="h" direction="out"/></method>
    <property name="IsCameraPresent" type="b" access="read"/>
  </interface>
</node>"""
PATH = "/org/freedesktop/portal/desktop"


class Portal:
    """Answers with @response; 0 is yes."""

    def __init__(self, response: int) -> None:
        self.response = response
        self.opened = 0
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        info = Gio.DBusNodeInfo.new_for_xml(INTERFACE)
        self.object = self.bus.register_object(PATH, info.interfaces[0], self.called, None, None)
        self.name = Gio.bus_own_name_on_connection(self.bus, "org.freedesktop.portal.Desktop", 0, None, None)
        time.sleep(0.2)

    def called(self, bus, sender, path, interface, method, parameters, invocation):
        if method == "AccessCamera":
            token = parameters.unpack()[0]["handle_token"]
            request = f"{PATH}/request/{sender[1:].replace('.', '_')}/{token}"
            invocation.return_value(GLib.Variant("(o)", (request,)))
            bus.emit_signal(sender, request, "org.freedesktop.portal.Request", "Response",
                            GLib.Variant("(ua{sv})", (self.response, {})))
        else:
            self.opened += 1
            remote = socket.socket(socket.AF_UNIX)
            remote.connect(os.path.join(os.environ["XDG_RUNTIME_DIR"], "pipewire-0"))
            fds = Gio.UnixFDList.new()
            at = fds.append(remote.fileno())
            remote.close()
            invocation.return_value_with_unix_fd_list(GLib.Variant("(h)", (at,)), fds)

    def close(self) -> None:
        self.bus.unregister_object(self.object)
        Gio.bus_unown_name(self.name)


def run() -> None:
    provider = helper.provide("clinic-scope")
    time.sleep(1)
    portal = Portal(0)
    camera = helper.Camera("--device", "pipewire:clinic-scope")
    _, line = camera.wait("state live", seconds=40)
    helper.result(bool(line) and portal.opened == 1, "allowed: live by the portal's connection", "\n".join(camera.said))
    errors = camera.end()
    helper.result(not errors, "allowed: it ends without a warning", errors)
    portal.close()

    portal = Portal(1)
    camera = helper.Camera("--device", "pipewire:clinic-scope")
    _, line = camera.wait("message", seconds=10)
    helper.result("not allowed" in line, "refused: it is said", "\n".join(camera.said))
    errors = camera.end()
    helper.result(not errors and portal.opened == 0, "refused: it ends without a warning", errors)
    portal.close()

    camera = helper.Camera("--device", "pipewire:clinic-scope")
    _, line = camera.wait("message", seconds=10)
    helper.result(bool(line), "no portal: it is said", "\n".join(camera.said))
    errors = camera.end()
    helper.result(not errors, "no portal: it ends without a warning", errors)
    provider.kill()
    provider.wait()


def main() -> int:
    os.environ["PIPEWIRE_RUNTIME_DIR"] = os.environ["XDG_RUNTIME_DIR"]
    os.environ["HEMOGRAM_CAMERA_PORTAL"] = "1"
    threading.Thread(target=GLib.MainLoop().run, daemon=True).start()
    daemons = [helper.start("pipewire")]
    time.sleep(0.5)
    daemons.append(helper.start("wireplumber"))
    time.sleep(1.5)
    try:
        run()
    finally:
        for daemon in reversed(daemons):
            daemon.kill()
            daemon.wait()
    print(f"1..{helper.count}")
    return 1 if helper.failures else 0


if __name__ == "__main__":
    sys.exit(main())
