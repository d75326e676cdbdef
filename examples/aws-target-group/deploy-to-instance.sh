#!/bin/sh
# What `deploy` takes the place of: requests in flight are cut, and a version that does not start is on both instances.
# `deploy init` reads this file, and never runs it.
set -e
for INSTANCE in ec2-18-130-1-2.eu-west-2.compute.amazonaws.com ec2-18-130-1-3.eu-west-2.compute.amazonaws.com; do
    ssh -i ~/.ssh/acebook.pem "ec2-user@$INSTANCE" \
        "cd /home/ec2-user/acebook && git pull && npm ci --omit=dev && sudo systemctl restart acebook"
done
