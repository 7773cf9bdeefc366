"""`python -m ipsplatform.demo`: the whole product on this machine, until Ctrl-C."""

import sys

from ipsplatform.demo.running import main

sys.exit(main())
