defmodule PhoenixLike.WebSocket do
  @moduledoc """
  An echo over WebSocket (RFC 6455), in the place of a `Phoenix.Socket`: texts and binaries come back as they are. When
  the node is about to stop it is closed with 1012, service restart, so that the client comes back at another node.
  """
  alias PhoenixLike.Endpoint.{Connection, Request, Response}
  alias PhoenixLike.WebSocket.Frame

  @guid "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
  @idle_timeout 60_000
  @most_bytes 16 * 1024 * 1024

  @doc "Answers the handshake, then echoes until one of the two ends it."
  def serve(request) do
    key = Request.header(request, "sec-websocket-key")
    upgrade = String.downcase(Request.header(request, "upgrade") || "")

    cond do
      upgrade != "websocket" or key == nil ->
        Response.text(request, 400, "this path speaks WebSocket\n")

      Request.header(request, "sec-websocket-version") != "13" ->
        Response.text(request, 426, "version 13 only\n", [{"sec-websocket-version", "13"}])

      true ->
        :gen_tcp.send(request.socket, handshake(key))
        :inet.setopts(request.socket, packet: :raw, active: :once)
        loop(%{socket: request.socket, buffer: "", message: nil})
        :close
    end
  end

  @doc "What proves that the handshake was understood (4.2.2)."
  def accept(key), do: Base.encode64(:crypto.hash(:sha, key <> @guid))

  defp handshake(key) do
    [
      "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n",
      "sec-websocket-accept: #{accept(key)}\r\n\r\n"
    ]
  end

  defp loop(state) do
    case Frame.read(state.buffer, @most_bytes) do
      {:ok, frame, rest} -> handle(frame, %{state | buffer: rest})
      {:error, code} -> send_frame(state, :close, <<code::16>>)
      :more -> wait(state)
    end
  end

  defp wait(state) do
    socket = state.socket

    receive do
      {:tcp, ^socket, bytes} ->
        :inet.setopts(socket, active: :once)
        loop(%{state | buffer: state.buffer <> bytes})

      {:tcp_closed, ^socket} ->
        :ok

      {:tcp_error, ^socket, _reason} ->
        :ok

      :drain ->
        send_frame(state, :close, <<1012::16>>)
        # what ends the connection must still see that it was told to
        Connection.drain(self())
    after
      @idle_timeout -> send_frame(state, :close, <<1000::16>>)
    end
  end

  # A message may come in several frames, with control frames in between (5.4).
  defp handle({:ping, _last, payload}, state), do: send_frame(state, :pong, payload) && loop(state)
  defp handle({:pong, _last, _payload}, state), do: loop(state)

  defp handle({:close, _last, payload}, state),
    do: send_frame(state, :close, binary_part(payload, 0, min(2, byte_size(payload))))

  defp handle({:continuation, _last, _payload}, %{message: nil} = state), do: send_frame(state, :close, <<1002::16>>)

  defp handle({:continuation, last, payload}, %{message: {kind, so_far}} = state),
    do: message(kind, last, [so_far, payload], state)

  defp handle({kind, last, payload}, %{message: nil} = state), do: message(kind, last, payload, state)
  defp handle(_frame, state), do: send_frame(state, :close, <<1002::16>>)

  defp message(kind, last, data, state) do
    cond do
      IO.iodata_length(data) > @most_bytes -> send_frame(state, :close, <<1009::16>>)
      not last -> loop(%{state | message: {kind, data}})
      kind == :text and not String.valid?(IO.iodata_to_binary(data)) -> send_frame(state, :close, <<1007::16>>)
      true -> send_frame(state, kind, IO.iodata_to_binary(data)) && loop(%{state | message: nil})
    end
  end

  defp send_frame(state, kind, payload), do: :gen_tcp.send(state.socket, Frame.write(kind, payload))
end
