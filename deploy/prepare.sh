#!/bin/sh
# Makes what docker-compose.yml needs before the first start: .env, and secrets nobody knows, in deploy/secrets.
# What is there already is kept, so it may be run again at any time.
set -eu
cd "$(dirname "$0")/.."

[ -e .env ] || cp .env.example .env
mkdir -p deploy/secrets kb_data/.index
chmod 700 deploy/secrets # the files in it are read by the containers, whose users are not yours

random() { head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n'; }
hash() { printf '%s' "$1" | sha256sum | cut -d ' ' -f 1; }
keep() { # NAME CONTENT
    [ -e "deploy/secrets/$1" ] || printf '%s' "$2" > "deploy/secrets/$1"
}

keep mysql_root_password "$(random)"
keep mysql_password "$(random)"
keep database_url "mysql+aiomysql://frontdesk:$(cat deploy/secrets/mysql_password)@mysql/frontdesk"

gateway=$(random)
worker=$(random)
if [ ! -e deploy/secrets/redis_users ]; then
    keep redis_url_gateway "redis://gateway:$gateway@redis:6379/0"
    keep redis_url_worker "redis://worker:$worker@redis:6379/0"
    sed -e "s/GATEWAY_HASH/$(hash "$gateway")/" -e "s/WORKER_HASH/$(hash "$worker")/" \
        deploy/redis/users.acl > deploy/secrets/redis_users
fi

keep admin_api_key "fdk_$(random)"
keep grafana_password "$(random)"
for optional in openai_api_key google_service_account_json webhook_secret; do
    keep "$optional" ""
done
chmod 644 deploy/secrets/*

echo "Settings are in .env, secrets in deploy/secrets; put your model's key into deploy/secrets/openai_api_key."
echo "Start the desk: docker compose up --detach"
