defmodule PhoenixLike.Endpoint.Connection do
  @moduledoc """
  One connection, in a task of its own: one request after another until somebody closes it.
  """
  alias PhoenixLike.Endpoint.{Connections, Request, Response}
  alias PhoenixLike.Router

  @idle_timeout 60_000

  @doc "Serves a socket that was just accepted."
  def start(socket) do
    run = fn ->
      receive do
        :yours -> next(socket)
      after
        5_000 -> :ok
      end
    end

    with {:ok, task} <- Task.Supervisor.start_child(Connections, run, restart: :temporary),
         :ok <- :gen_tcp.controlling_process(socket, task) do
      send(task, :yours)
    else
      _ -> :gen_tcp.close(socket)
    end
  end

  @doc "Tells a connection to end once it has answered what it is at; one that waits for a request ends at once."
  def drain(connection), do: send(connection, :drain)

  @doc "Whether this connection was told to end."
  def draining? do
    receive do
      :drain ->
        send(self(), :drain)
        true
    after
      0 -> false
    end
  end

  # Waits with an active socket, for a message can come too.
  defp next(socket) do
    case :inet.setopts(socket, packet: :http_bin, active: :once) do
      :ok -> wait(socket)
      {:error, _gone} -> :gen_tcp.close(socket)
    end
  end

  defp wait(socket) do
    receive do
      {:http, ^socket, {:http_request, method, target, version}} -> serve(socket, {method, target, version})
      {:http, ^socket, _nonsense} -> refuse(socket, 400)
      {:tcp_closed, ^socket} -> :ok
      {:tcp_error, ^socket, _reason} -> :ok
      :drain -> :gen_tcp.close(socket)
    after
      @idle_timeout -> :gen_tcp.close(socket)
    end
  end

  defp serve(socket, line) do
    case Request.read(socket, line) do
      {:ok, request} -> if Router.answer(request) == :keep, do: next(socket), else: end_of(socket)
      {:error, status} -> refuse(socket, status)
      :gone -> :gen_tcp.close(socket)
    end
  end

  defp refuse(socket, status) do
    Response.text(%Request{socket: socket, keep: false}, status, "#{status}\n")
    end_of(socket)
  end

  # What the client still sends would turn the close into a reset, and that may overtake the answer.
  defp end_of(socket) do
    :gen_tcp.shutdown(socket, :write)
    :inet.setopts(socket, packet: :raw, active: false)
    swallow(socket, 50)
    :gen_tcp.close(socket)
  end

  defp swallow(_socket, 0), do: :ok

  defp swallow(socket, left) do
    with {:ok, _bytes} <- :gen_tcp.recv(socket, 0, 500), do: swallow(socket, left - 1)
  end
end
