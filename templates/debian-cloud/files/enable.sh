#!/bin/sh
set -eu
install -m 0644 /tmp/index.html /var/www/html/index.html
rm /tmp/index.html
systemctl enable --now nginx
curl --fail --silent --show-error --output /dev/null http://localhost/
