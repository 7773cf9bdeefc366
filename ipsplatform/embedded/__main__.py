"""`python -m ipsplatform.embedded stop`; the keeper starts itself as `keep FOLDER`."""

import sys

from ipsplatform.embedded.keeper import main

main(sys.argv[1:])
