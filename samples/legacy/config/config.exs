import Config

# what a developer's own machine uses; prod.exs has placeholders instead
config :legacy,
  greeting: "Hello",
  motto: ~c"As it was",
  mode: :plain,
  port: "4000"

config :legacy, Legacy.Store,
  url: "store://localhost/legacy",
  pool_size: "10"

# tests take any port that is free
if config_env() == :test, do: config(:legacy, port: "0")
if config_env() == :prod, do: import_config("prod.exs")
