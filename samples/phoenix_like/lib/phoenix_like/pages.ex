defmodule PhoenixLike.Pages do
  @moduledoc "What is behind the paths."

  alias PhoenixLike.Endpoint.{Request, Response}

  @doc "A page that shows who answers, and talks to the WebSocket."
  def home(request, headers) do
    html = """
    <!doctype html>
    <html lang="en">
    <meta charset="utf-8">
    <title>phoenix_like</title>
    <p>Answered by <b>#{node()}</b>, which sees #{length(Node.list())} other nodes.</p>
    <p id="echo"></p>
    <script>
      const url = location.origin.replace(/^http/, "ws") + "/socket/websocket"
      const socket = new WebSocket(url)
      socket.onopen = () => socket.send("The WebSocket works.")
      socket.onmessage = event => document.getElementById("echo").textContent = event.data
    </script>
    </html>
    """

    Response.text(request, 200, html, [{"content-type", "text/html; charset=utf-8"} | headers])
  end

  @doc "Sends the request's body back while it comes, however large it is; nothing is kept."
  def echo(request, headers) do
    type = Request.header(request, "content-type") || "application/octet-stream"
    if Request.header(request, "expect") == "100-continue", do: Response.bytes(request, "HTTP/1.1 100 Continue\r\n\r\n")
    headers = [{"content-type", type} | headers]

    case request.body do
      :chunked ->
        Response.begin_chunked(request, 200, headers)
        if pieces(request, &Response.chunk/2) == :ok, do: Response.last_chunk(request), else: :close

      length ->
        Response.begin_sized(request, 200, length, headers)
        if pieces(request, &Response.bytes/2) == :ok, do: Response.stays(request), else: :close
    end
  end

  defp pieces(request, send), do: Request.each_piece(request, &send.(request, &1))

  @doc "Server-sent events, one every `every` milliseconds (1000), `events` of them or without an end."
  def events(request, headers) do
    every = number(request, "every", 1_000)
    wanted = number(request, "events", :infinity)
    headers = [{"content-type", "text/event-stream"}, {"cache-control", "no-cache"} | headers]
    event(%{request | keep: false}, 1, wanted, every, Response.begin_chunked(%{request | keep: false}, 200, headers))
  end

  defp event(_request, _number, _wanted, _every, :close), do: :close
  defp event(request, number, wanted, _every, :keep) when number > wanted, do: Response.last_chunk(request)

  defp event(request, number, wanted, every, :keep) do
    sent = Response.chunk(request, "id: #{number}\nevent: tick\ndata: #{node()}\n\n")
    if number != wanted, do: Process.sleep(every)
    event(request, number + 1, wanted, every, sent)
  end

  @doc "Answers after `ms` milliseconds (1000): a request that is under way when the node is told to stop."
  def slow(request, headers) do
    Process.sleep(number(request, "ms", 1_000))
    Response.text(request, 200, "done\n", headers)
  end

  # An hour at most. Any number is less than :infinity.
  defp number(request, name, default) do
    case Integer.parse(request.query[name] || "") do
      {number, ""} when number in 0..3_600_000 -> number
      _ -> default
    end
  end
end
