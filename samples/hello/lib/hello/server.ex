defmodule Hello.Server do
  @moduledoc """
  A small HTTP/1.1 server on `:gen_tcp`, so that the sample needs nothing but OTP: one request a
  connection, every connection in a task of its own, bounded in time, in line length and in headers.
  """
  use GenServer
  require Logger

  @receive_timeout 5_000
  @longest_line 8_192
  @most_headers 100
  @acceptors 4

  def start_link(options), do: GenServer.start_link(__MODULE__, options, name: Keyword.get(options, :name, __MODULE__))

  @doc "The port that it listens on."
  def port(server \\ __MODULE__), do: GenServer.call(server, :port)

  @impl true
  def init(options) do
    socket_options = [
      :binary,
      packet: :http_bin,
      packet_size: @longest_line,
      active: false,
      reuseaddr: true,
      backlog: 1024,
      ip: every_address(System.get_env("POD_IP", ""))
    ]

    case :gen_tcp.listen(Keyword.fetch!(options, :port), socket_options) do
      {:ok, listener} ->
        for _ <- 1..@acceptors, do: spawn_link(fn -> accept(listener) end)
        {:ok, actual} = :inet.port(listener)
        Logger.info("listening on port #{actual}")
        {:ok, %{listener: listener, port: actual}}

      {:error, reason} ->
        {:stop, {:listen, Keyword.fetch!(options, :port), reason}}
    end
  end

  # In a pod that has an IPv6 address alone, others reach it there.
  defp every_address(pod), do: if(pod =~ ":", do: {0, 0, 0, 0, 0, 0, 0, 0}, else: {0, 0, 0, 0})

  @impl true
  def handle_call(:port, _from, state), do: {:reply, state.port, state}

  defp accept(listener) do
    case :gen_tcp.accept(listener) do
      {:ok, socket} ->
        hand_over(socket)
        accept(listener)

      {:error, reason} when reason in [:emfile, :enfile, :econnaborted] ->
        Process.sleep(10)
        accept(listener)

      {:error, reason} ->
        exit(reason)
    end
  end

  defp hand_over(socket) do
    serve = fn ->
      receive do
        :yours -> serve(socket)
      after
        @receive_timeout -> :ok
      end
    end

    with {:ok, task} <- Task.Supervisor.start_child(Hello.Connections, serve),
         :ok <- :gen_tcp.controlling_process(socket, task) do
      send(task, :yours)
    else
      _ -> :gen_tcp.close(socket)
    end
  end

  defp serve(socket) do
    answer =
      case read(socket) do
        {:ok, method, path} -> respond(method, path)
        {:error, status} -> {status, "text/plain", "#{status}\n"}
        :gone -> :gone
      end

    if answer != :gone, do: :gen_tcp.send(socket, encode(answer))
    :gen_tcp.close(socket)
  end

  defp read(socket) do
    case :gen_tcp.recv(socket, 0, @receive_timeout) do
      {:ok, {:http_request, method, {:abs_path, target}, _version}} ->
        skip_headers(socket, @most_headers, {:ok, method, target |> String.split("?") |> hd()})

      {:ok, _other} ->
        {:error, 400}

      {:error, reason} when reason in [:closed, :timeout] ->
        :gone

      {:error, _too_long} ->
        {:error, 400}
    end
  end

  defp skip_headers(_socket, 0, _request), do: {:error, 431}

  defp skip_headers(socket, left, request) do
    case :gen_tcp.recv(socket, 0, @receive_timeout) do
      {:ok, {:http_header, _, _, _, _}} -> skip_headers(socket, left - 1, request)
      {:ok, :http_eoh} -> request
      {:ok, _other} -> {:error, 400}
      {:error, reason} when reason in [:closed, :timeout] -> :gone
      {:error, _too_long} -> {:error, 431}
    end
  end

  defp respond(method, path) when method in [:GET, :HEAD] do
    {status, type, body} = get(path)
    if method == :HEAD, do: {status, type, body, :head}, else: {status, type, body}
  end

  defp respond(_method, _path), do: {405, "text/plain", "only GET\n"}

  defp get("/"), do: {200, "text/html; charset=utf-8", Hello.Page.html(Hello.Page.facts(Hello.Counter.hit()))}
  defp get("/json"), do: {200, "application/json", Hello.Page.json(Hello.Page.facts(Hello.Counter.total()))}
  defp get("/health"), do: {200, "text/plain", "ok\n"}
  defp get(_path), do: {404, "text/plain", "no such page\n"}

  defp encode({status, type, body, :head}), do: head(status, type, byte_size(body))
  defp encode({status, type, body}), do: [head(status, type, byte_size(body)), body]

  defp head(status, type, length) do
    "HTTP/1.1 #{status} #{phrase(status)}\r\ncontent-type: #{type}\r\ncontent-length: #{length}\r\n" <>
      "cache-control: no-store\r\nconnection: close\r\n\r\n"
  end

  defp phrase(200), do: "OK"
  defp phrase(400), do: "Bad Request"
  defp phrase(404), do: "Not Found"
  defp phrase(405), do: "Method Not Allowed"
  defp phrase(431), do: "Request Header Fields Too Large"
end
