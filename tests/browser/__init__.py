"""What people do in a browser: headless Chromium on the running stack."""
