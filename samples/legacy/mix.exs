defmodule Legacy.MixProject do
  use Mix.Project

  def project do
    [
      app: :legacy,
      version: "0.1.0",
      elixir: "~> 1.14",
      start_permanent: Mix.env() == :prod,
      releases: [legacy: [include_executables_for: [:unix]]],
      # nothing from Hex: the sample builds without a network
      deps: []
    ]
  end

  def application do
    [extra_applications: [:logger], mod: {Legacy.Application, []}]
  end
end
