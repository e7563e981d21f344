defmodule Legacy.Server do
  @moduledoc """
  The smallest HTTP/1.1 server that will do: one request a connection, every connection in a task of its own.
  """
  use GenServer

  @receive_timeout 5_000
  @longest_line 8_192
  @most_headers 100
  @acceptors 4

  def start_link(options), do: GenServer.start_link(__MODULE__, options, name: __MODULE__)

  @doc "The port that it listens on."
  def port, do: GenServer.call(__MODULE__, :port)

  @impl true
  def init(options) do
    socket_options = [
      :binary,
      packet: :http_bin,
      packet_size: @longest_line,
      active: false,
      reuseaddr: true,
      backlog: 1024,
      ip: {0, 0, 0, 0}
    ]

    case :gen_tcp.listen(Keyword.fetch!(options, :port), socket_options) do
      {:ok, listener} ->
        for _ <- 1..@acceptors, do: spawn_link(fn -> accept(listener) end)
        {:ok, port} = :inet.port(listener)
        {:ok, %{listener: listener, port: port}}

      {:error, reason} ->
        {:stop, {:listen, Keyword.fetch!(options, :port), reason}}
    end
  end

  @impl true
  def handle_call(:port, _from, state), do: {:reply, state.port, state}

  defp accept(listener) do
    case :gen_tcp.accept(listener) do
      {:ok, socket} -> hand_over(socket)
      {:error, reason} when reason in [:emfile, :enfile, :econnaborted] -> Process.sleep(10)
      {:error, reason} -> exit(reason)
    end

    accept(listener)
  end

  defp hand_over(socket) do
    serve = fn ->
      receive do
        :yours -> serve(socket)
      after
        @receive_timeout -> :ok
      end
    end

    with {:ok, task} <- Task.Supervisor.start_child(Legacy.Connections, serve),
         :ok <- :gen_tcp.controlling_process(socket, task) do
      send(task, :yours)
    else
      _ -> :gen_tcp.close(socket)
    end
  end

  defp serve(socket) do
    case read(socket, nil, @most_headers) do
      {:ok, path} -> :gen_tcp.send(socket, encode(get(path)))
      {:error, status} -> :gen_tcp.send(socket, encode({status, "#{status}\n"}))
      :gone -> :ok
    end

    :gen_tcp.close(socket)
  end

  defp read(_socket, _path, 0), do: {:error, "431 Request Header Fields Too Large"}

  defp read(socket, path, left) do
    case :gen_tcp.recv(socket, 0, @receive_timeout) do
      {:ok, {:http_request, :GET, {:abs_path, path}, _version}} -> read(socket, path, left - 1)
      {:ok, {:http_request, _other, _target, _version}} -> {:error, "405 Method Not Allowed"}
      {:ok, {:http_header, _, _, _, _}} -> read(socket, path, left - 1)
      {:ok, :http_eoh} -> {:ok, path}
      {:ok, {:http_error, _line}} -> {:error, "400 Bad Request"}
      {:error, _closed_or_late} -> :gone
    end
  end

  defp get("/"), do: {"200 OK", "#{Application.fetch_env!(:legacy, :greeting)}\n"}
  defp get("/health"), do: {"200 OK", "ok\n"}
  defp get("/config"), do: {"200 OK", Legacy.Settings.text()}
  defp get(_path), do: {"404 Not Found", "no such page\n"}

  defp encode({status, body}) do
    [
      "HTTP/1.1 #{status}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: #{byte_size(body)}\r\n",
      "cache-control: no-store\r\nconnection: close\r\n\r\n",
      body
    ]
  end
end
