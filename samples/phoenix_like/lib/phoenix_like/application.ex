defmodule PhoenixLike.Application do
  @moduledoc false
  use Application

  @impl true
  def start(_type, _args) do
    # what starts last stops first: the endpoint drains while everything that requests need still runs
    Supervisor.start_link([PhoenixLike.Endpoint], strategy: :one_for_one, name: PhoenixLike.Supervisor)
  end
end
