defmodule PhoenixLike.MixProject do
  use Mix.Project

  def project do
    [
      app: :phoenix_like,
      version: "0.1.0",
      elixir: "~> 1.14",
      start_permanent: Mix.env() == :prod,
      releases: [phoenix_like: [include_executables_for: [:unix]]],
      # nothing from Hex: the sample builds without a network
      deps: []
    ]
  end

  def application do
    [extra_applications: [:logger, :crypto], mod: {PhoenixLike.Application, []}]
  end
end
