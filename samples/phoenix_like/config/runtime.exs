import Config

# This is evaluated when the release boots, before its applications start. Everything but the last line has the
# shape, the names and the messages that Phoenix's generator gives it.

# bin/server sets it; without it only the rest of the app runs, as migrations and consoles want it.
if System.get_env("PHX_SERVER") do
  config :phoenix_like, PhoenixLike.Endpoint, server: true
end

if config_env() == :prod do
  database_url =
    System.get_env("DATABASE_URL") ||
      raise """
      environment variable DATABASE_URL is missing.
      For example: ecto://USER:PASS@HOST/DATABASE
      """

  maybe_ipv6 = if System.get_env("ECTO_IPV6") in ~w(true 1), do: [:inet6], else: []

  config :phoenix_like, PhoenixLike.Repo,
    # ssl: true,
    url: database_url,
    pool_size: String.to_integer(System.get_env("POOL_SIZE") || "10"),
    socket_options: maybe_ipv6

  # Signs and encrypts cookies and other secrets; another one for each environment.
  secret_key_base =
    System.get_env("SECRET_KEY_BASE") ||
      raise """
      environment variable SECRET_KEY_BASE is missing.
      You can generate one by calling: mix phx.gen.secret
      """

  host = System.get_env("PHX_HOST") || "example.com"
  port = String.to_integer(System.get_env("PORT") || "4000")

  config :phoenix_like, :dns_cluster_query, System.get_env("DNS_CLUSTER_QUERY")

  config :phoenix_like, PhoenixLike.Endpoint,
    url: [host: host, port: 443, scheme: "https"],
    http: [
      # every interface, IPv6 and IPv4
      ip: {0, 0, 0, 0, 0, 0, 0, 0},
      port: port
    ],
    secret_key_base: secret_key_base

  # Phoenix fixes this when the project is compiled; here one build serves with and without.
  config :phoenix_like, PhoenixLike.Endpoint, force_ssl: System.get_env("FORCE_SSL") in ~w(true 1)
end
