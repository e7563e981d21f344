defmodule Hello.Page do
  @moduledoc "What the server answers: a page for people, JSON for programs."

  @doc "What this node says of itself and its cluster."
  def facts(hits) do
    %{
      node: Atom.to_string(node()),
      peers: Node.list() |> Enum.map(&Atom.to_string/1) |> Enum.sort(),
      greeting: Application.get_env(:hello, :greeting, ""),
      hits: hits
    }
  end

  @doc "The facts as JSON, with a line end."
  def json(facts) do
    peers = Enum.map_join(facts.peers, ",", &quoted/1)

    ~s({"node":#{quoted(facts.node)},"peers":[#{peers}],) <>
      ~s("greeting":#{quoted(facts.greeting)},"hits":#{facts.hits}}\n)
  end

  @doc "The facts as a page."
  def html(facts) do
    peers = Enum.map_join(facts.peers, "", &"<li>#{escape(&1)}</li>")

    """
    <!doctype html>
    <html lang="en">
    <meta charset="utf-8">
    <title>#{escape(facts.greeting)}</title>
    <style>body{font:16px/1.5 system-ui;max-width:36em;margin:4em auto;padding:0 1em}</style>
    <h1>#{escape(facts.greeting)}</h1>
    <p>Answered by <b>#{escape(facts.node)}</b>. Hits, all nodes together: <b>#{facts.hits}</b>.</p>
    <p>Peers: #{length(facts.peers)}</p>
    <ul>#{peers}</ul>
    </html>
    """
  end

  defp escape(text) do
    for <<character::utf8 <- text>>, into: "" do
      case character do
        ?< -> "&lt;"
        ?> -> "&gt;"
        ?& -> "&amp;"
        ?" -> "&quot;"
        other -> <<other::utf8>>
      end
    end
  end

  defp quoted(text) do
    inner =
      for <<character::utf8 <- text>>, into: "" do
        case character do
          ?" -> ~S(\")
          ?\\ -> ~S(\\)
          control when control < 0x20 -> "\\u" <> String.pad_leading(Integer.to_string(control, 16), 4, "0")
          other -> <<other::utf8>>
        end
      end

    ~s("#{inner}")
  end
end
