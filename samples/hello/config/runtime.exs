import Config

config :hello,
  greeting: System.get_env("GREETING", "Hello from the BEAM"),
  port: String.to_integer(System.get_env("PORT", "4000"))
