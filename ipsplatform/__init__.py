import os

# Production unless somebody says otherwise. Nothing else is loaded here, so that any part starts at once.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ipsplatform.settings.base")
