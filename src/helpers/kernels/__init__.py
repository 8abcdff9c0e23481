"""Warm kernels: real ipykernels forked from one parent that has everything imported.

Starting a kernel anew costs seconds of imports; a fork of a warm process costs a tenth of one. ``Provisioner`` is what
``jupyter_client`` calls to start a kernel. It is installed under the name ``tthc-warm`` and chosen by
``JUPYTER_DEFAULT_PROVISIONER_NAME=tthc-warm``, so that papermill, nbclient, JupyterLab and the notebooks stay as they
are. Where the system cannot fork, the same provisioner starts ordinary kernels.
"""

from helpers.kernels.client import ADDRESS, CHOICE, NAME, Parent, be_patient, own_cores
from helpers.kernels.provisioner import Provisioner, can_fork

__all__ = ["ADDRESS", "CHOICE", "NAME", "Parent", "Provisioner", "be_patient", "can_fork", "own_cores"]
