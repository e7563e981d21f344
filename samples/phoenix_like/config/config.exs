import Config

config :phoenix_like, PhoenixLike.Endpoint,
  url: [host: "localhost"],
  http: [ip: {127, 0, 0, 1}, port: 4000],
  force_ssl: false,
  # how long requests that are under way may take once the node is told to stop
  drainer: [shutdown: 15_000]

config :phoenix_like, PhoenixLike.Repo, url: "file:///tmp/phoenix_like.migrations"

# tests take any port that is free
if config_env() == :test do
  config :phoenix_like, PhoenixLike.Endpoint,
    url: [host: "shop.example"],
    http: [ip: {127, 0, 0, 1}, port: 0],
    drainer: [shutdown: 2_000],
    server: true
end
