defmodule Legacy.Application do
  @moduledoc false
  use Application

  @impl true
  def start(_type, _args) do
    # raises here and now where a setting is missing or of another type than the app was written for
    settings = Legacy.Settings.all()
    port = settings |> Map.new() |> Map.fetch!("port") |> String.to_integer()

    children = [
      {Task.Supervisor, name: Legacy.Connections},
      {Legacy.Server, port: port}
    ]

    Supervisor.start_link(children, strategy: :one_for_one, name: Legacy.Supervisor)
  end
end
