"""Top of Heart: software that puts the customer at the top of an organisation.

import topofheart as toh
ws = toh.open("acme")
ws.read("export.csv")
ws.nps(by="touchpoint", every="month")
"""

from topofheart.workspace import Workspace, open

__version__ = "0.1.0"
__all__ = ["Workspace", "open"]
