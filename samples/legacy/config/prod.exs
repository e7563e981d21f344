import Config

# This is evaluated where the release is built, and there nothing is known yet: every `${NAME}` goes into
# sys.config as it stands, and what starts the release fills it in. A number can only be had as a text.
config :legacy,
  greeting: "${GREETING}",
  motto: ~c"${MOTTO}",
  mode: :"${MODE}",
  port: "${PORT}"

config :legacy, Legacy.Store,
  url: "store://${STORE_USER}:${STORE_PASSWORD}@${STORE_HOST:-localhost}/legacy",
  pool_size: "${POOL_SIZE:-10}"
