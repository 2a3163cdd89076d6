"""JupyterLab inside a workspace. Root-owned on a read-only root: a researcher cannot change it.

The gateway has decided who may come in before a request gets here, so there is no password: the
socket is in a folder that only this workspace and the gateway can open.
"""

import os
from pathlib import Path

from jupyter_server.serverapp import ServerApp
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

c = get_config()  # noqa: F821

if os.environ["HAVEN_TIER"] == "pixel":
    # Only the browser inside calls; the workspace's loopback is its own, and leads nowhere.
    c.ServerApp.ip = "127.0.0.1"
    c.ServerApp.port = 8888
    c.ServerApp.port_retries = 0
else:
    c.ServerApp.sock = os.environ["HAVEN_SOCKET"]
    c.ServerApp.sock_mode = "0660"
c.ServerApp.base_url = os.environ["HAVEN_BASE_URL"]
c.ServerApp.root_dir = os.environ["HOME"]
c.ServerApp.allow_remote_access = True


class Files(AsyncLargeFileManager):
    """Lists the notice that the workspace stops soon only while there is one."""

    def should_list(self, name: str) -> bool:
        is_there = name != "Stopping soon.txt" or Path("/run/haven/notice.txt").exists()
        return is_there and super().should_list(name)


c.ServerApp.contents_manager_class = Files
c.IdentityProvider.token = ""
c.PasswordIdentityProvider.hashed_password = ""
c.ServerApp.quit_button = False

# Second line of defence; the gateway's route list is the first.
ServerApp.default_services = tuple(
    service
    for service in ServerApp.default_services
    if service not in {"nbconvert", "view", "files", "shutdown", "config"}
)
c.ServerApp.terminals_enabled = False
c.ServerApp.jpserver_extensions = {
    "jupyterlab": True,
    "jupyter_lsp": False,
    "jupyter_server_terminals": False,
    "notebook_shim": False,
}
c.LabApp.extension_manager = "readonly"
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
c.KernelManager.transport = "ipc"

# Which notebooks the researcher trusts: remembered with what else JupyterLab remembers.
remembered = os.path.join(os.environ["HOME"], ".lab")
c.NotebookNotary.db_file = os.path.join(remembered, "signatures.db")
c.NotebookNotary.secret_file = os.path.join(remembered, "signing_key")
c.KernelSpecManager.ensure_native_kernel = True
