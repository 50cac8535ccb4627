# SPDX-License-Identifier: GPL-3.0-or-later
"""The choosers of files and printers that a desktop shows for a program in a sandbox, as a stand-in on the session bus:
they stand over everything until they are answered or closed.

    shown = choosers.Choosers()
    shown.opened                 # what was asked for: "OpenFile", "SaveFile", "PreparePrint" …
    shown.closed                 # which of them were closed by the program
    shown.choose(path)           # an answer to the last of them
"""
import pathlib
import threading
import time

from gi.repository import Gio, GLib

INTERFACES = """<node>
  <interface name="org.freedesktop.portal.FileChooser">
    <method name="OpenFile">
      <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/>
      <arg type="o" direction="out"/>
    </method>
    <method name="SaveFile">
      <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/>
      <arg type="o" direction="out"/>
    </method>
    <property name="version" type="u" access="read"/>
  </interface>
  <interface name="org.freedesktop.portal.Print">
    <method name="PreparePrint">
      <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/>
      <arg type="a{sv}" direction="in"/><arg type="a{sv}" direction="in"/><arg type="o" direction="out"/>
    </method>
    <method name="Print">
      <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="h" direction="in"/>
      <arg type="a{sv}" direction="in"/><arg type="o" direction="out"/>
    </method>
    <property name="version" type="u" access="read"/>
  </interface>
  <interface name="org.freedesktop.portal.Request">
    <method name="Close"/>
  </interface>
</node>"""
PORTAL = "/org/freedesktop/portal/desktop"
# What a program needs to be shown them.
ENV = {"GDK_DEBUG": "portals"}


class Choosers:
    def __init__(self) -> None:
        self.opened, self.closed = [], []
        ready = threading.Event()
        threading.Thread(target=self.serve, args=(ready,), daemon=True).start()
        ready.wait(10)
        time.sleep(0.2)

    def serve(self, ready) -> None:
        context = GLib.MainContext()
        context.push_thread_default()
        flags = Gio.DBusConnectionFlags
        self.bus = Gio.DBusConnection.new_for_address_sync(Gio.dbus_address_get_for_bus_sync(Gio.BusType.SESSION),
                                                           flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION)
        files, printers, self.request = Gio.DBusNodeInfo.new_for_xml(INTERFACES).interfaces
        for interface in (files, printers):
            self.bus.register_object(PORTAL, interface, self.called, lambda *_: GLib.Variant("u", 4), None)
        Gio.bus_own_name_on_connection(self.bus, "org.freedesktop.portal.Desktop", Gio.BusNameOwnerFlags.REPLACE, None, None)
        ready.set()
        GLib.MainLoop(context).run()

    def called(self, bus, sender, path, interface, method, parameters, invocation) -> None:
        if method == "Close":
            self.closed.append(self.asked[path])
            invocation.return_value(None)
            return
        token = parameters.unpack()[-1]["handle_token"]
        path = f"{PORTAL}/request/{sender[1:].replace('.', '_')}/{token}"
        self.asked = {**getattr(self, "asked", {}), path: method}
        self.last = (sender, path)
        self.bus.register_object(path, self.request, self.called, None, None)
        invocation.return_value(GLib.Variant("(o)", (path,)))
        self.opened.append(method)

    def choose(self, path: pathlib.Path) -> None:
        sender, request = self.last
        answer = {"uris": GLib.Variant("as", [path.as_uri()])}
        self.bus.emit_signal(sender, request, "org.freedesktop.portal.Request", "Response",
                             GLib.Variant("(ua{sv})", (0, answer)))
        self.bus.flush_sync()
