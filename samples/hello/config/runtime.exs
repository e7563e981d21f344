import Config

config :hello,
  greeting: System.get_env("GREETING", "Hello from the BEAM"),
  port: String.to_integer(System.get_env("PORT", "4000"))

# tests take any port that is free
if config_env() == :test, do: config(:hello, port: 0)
