# SPDX-License-Identifier: GPL-3.0-or-later
"""Real servers that the sync is tested against, on loopback; see README.md beside this file."""
from .base import Authority, Broken, Missing, Server, free_ports, without
from .s3 import RadosGateway, VersityGateway
from .fhir import Hapi, ask
from .signin import OidcProvider, assertion, new_key
from .proxy import FaultProxy
from .link import BadLink
