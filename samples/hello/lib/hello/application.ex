defmodule Hello.Application do
  @moduledoc false
  use Application

  @impl true
  def start(_type, _args) do
    children = [
      Hello.Counter,
      {Task.Supervisor, name: Hello.Connections},
      {Hello.Server, port: Application.get_env(:hello, :port, 4000)}
    ]

    Supervisor.start_link(children, strategy: :one_for_one, name: Hello.Supervisor)
  end
end
