defmodule PhoenixLike.Endpoint do
  @moduledoc """
  The web side, in the place of `Phoenix.Endpoint`: listens only when its configuration says `server: true`, which
  `config/runtime.exs` says when `PHX_SERVER` is set.
  """
  use Supervisor

  alias PhoenixLike.Endpoint.Listener

  def start_link(options), do: Supervisor.start_link(__MODULE__, options, name: __MODULE__)

  @doc "Its configuration."
  def config, do: Application.get_env(:phoenix_like, __MODULE__, [])

  @impl true
  def init(_options) do
    children = if config()[:server], do: [{Task.Supervisor, name: __MODULE__.Connections}, Listener], else: []
    # connections mean nothing without the listener that drains them
    Supervisor.init(children, strategy: :one_for_all)
  end
end
