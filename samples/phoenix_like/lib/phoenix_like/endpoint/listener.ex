defmodule PhoenixLike.Endpoint.Listener do
  @moduledoc """
  Listens, and drains: when the node is told to stop it accepts nobody any more, tells every connection to end with
  the request that it is at, and waits for them, as `Plug.Cowboy.Drainer` and Bandit do.
  """
  use GenServer
  require Logger

  alias PhoenixLike.Endpoint
  alias PhoenixLike.Endpoint.{Connection, Connections}

  @acceptors 8
  @poll 50

  def child_spec(options) do
    # the supervisor waits a second more than the drain may take
    shutdown = drain_time() + 1_000
    %{id: __MODULE__, start: {__MODULE__, :start_link, [options]}, shutdown: shutdown}
  end

  def start_link(_options), do: GenServer.start_link(__MODULE__, [], name: __MODULE__)

  @doc "The port that it listens on."
  def port, do: GenServer.call(__MODULE__, :port)

  @impl true
  def init(_options) do
    # so that terminate/2 runs when the supervisor stops it
    Process.flag(:trap_exit, true)
    http = Endpoint.config()[:http]

    with {:ok, listener} <- listen(http[:ip], http[:port]) do
      for _ <- 1..@acceptors, do: spawn_link(fn -> accept(listener) end)
      {:ok, port} = :inet.port(listener)
      Logger.info("Running #{inspect(Endpoint)} at #{:inet.ntoa(http[:ip])}:#{port}")
      {:ok, %{listener: listener, port: port}}
    else
      {:error, reason} -> {:stop, {:listen, http[:port], reason}}
    end
  end

  @impl true
  def handle_call(:port, _from, state), do: {:reply, state.port, state}

  @impl true
  def handle_info({:EXIT, _acceptor, reason}, state), do: {:stop, reason, state}

  @impl true
  def terminate(_reason, state) do
    :gen_tcp.close(state.listener)
    drain(System.monotonic_time(:millisecond) + drain_time())
  end

  # Told again in every round: an acceptor may have handed over one more connection.
  defp drain(deadline) do
    connections = Task.Supervisor.children(Connections)
    Enum.each(connections, &Connection.drain/1)

    cond do
      connections == [] ->
        :ok

      System.monotonic_time(:millisecond) >= deadline ->
        Logger.warning("#{length(connections)} connections are cut off")

      true ->
        Process.sleep(@poll)
        drain(deadline)
    end
  end

  defp drain_time, do: Endpoint.config()[:drainer][:shutdown]

  # A machine without IPv6 still serves IPv4.
  defp listen(ip, port) do
    case :gen_tcp.listen(port, socket_options(ip)) do
      {:error, :eafnosupport} when tuple_size(ip) == 8 -> :gen_tcp.listen(port, socket_options({0, 0, 0, 0}))
      answer -> answer
    end
  end

  defp socket_options(ip) do
    family = if tuple_size(ip) == 8, do: [:inet6, ipv6_v6only: false], else: []
    family ++ [:binary, packet: :http_bin, active: false, reuseaddr: true, nodelay: true, backlog: 1024, ip: ip]
  end

  defp accept(listener) do
    case :gen_tcp.accept(listener) do
      {:ok, socket} -> Connection.start(socket)
      {:error, reason} when reason in [:emfile, :enfile, :econnaborted] -> Process.sleep(10)
      {:error, reason} -> exit(reason)
    end

    accept(listener)
  end
end
