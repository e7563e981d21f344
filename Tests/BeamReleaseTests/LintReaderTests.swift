import Foundation
import Testing

@testable import BeamRelease

@Suite("Asking a mix release what its runtime.exs reads")
struct LintReaderTests {
    @Test("what the binary carries is templates/config_reads.exs; if not, run scripts/embed-templates")
    func embedded() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let template = try String(contentsOf: root.appending(path: "templates/config_reads.exs"), encoding: .utf8)
        #expect(ConfigReader.text == template)
    }

    /// As the generator of Phoenix 1.7 writes it.
    static let phoenix = #"""
        import Config

        if System.get_env("PHX_SERVER") do
          config :hello, HelloWeb.Endpoint, server: true
        end

        if config_env() == :prod do
          database_url =
            System.get_env("DATABASE_URL") ||
              raise """
              environment variable DATABASE_URL is missing.
              For example: ecto://USER:PASS@HOST/DATABASE
              """

          maybe_ipv6 = if System.get_env("ECTO_IPV6") in ~w(true 1), do: [:inet6], else: []

          config :hello, Hello.Repo,
            # ssl: true,
            url: database_url,
            pool_size: String.to_integer(System.get_env("POOL_SIZE") || "10"),
            socket_options: maybe_ipv6

          secret_key_base =
            System.get_env("SECRET_KEY_BASE") ||
              raise """
              environment variable SECRET_KEY_BASE is missing.
              You can generate one by calling: mix phx.gen.secret
              """

          host = System.get_env("PHX_HOST") || "example.com"
          port = String.to_integer(System.get_env("PORT") || "4000")

          config :hello, :dns_cluster_query, System.get_env("DNS_CLUSTER_QUERY")

          config :hello, HelloWeb.Endpoint,
            url: [host: host, port: 443, scheme: "https"],
            http: [ip: {0, 0, 0, 0, 0, 0, 0, 0}, port: port],
            secret_key_base: secret_key_base
        end
        """#

    @Test("Phoenix's generated file: each variable, where it is read, and what becomes of it when it is not there")
    func phoenixFile() throws {
        let reads = try LintRelease.built().ask(Self.phoenix).reads()
        #expect(
            reads.reads.map(\.words) == [
                "PHX_SERVER 3:4 optional", "DATABASE_URL 9:5 required", "ECTO_IPV6 15:19 optional", "POOL_SIZE 20:34 or 10",
                "SECRET_KEY_BASE 24:5 required", "PHX_HOST 30:10 or example.com", "PORT 31:28 or 4000",
                "DNS_CLUSTER_QUERY 33:38 optional",
            ])
        #expect(reads.reads.filter(\.isInteger).map(\.name) == ["POOL_SIZE", "PORT"])
        #expect(reads.isComplete && reads.namesInCode.isEmpty)
    }

    /// The first letter of a name says what is expected: required, default, optional, uncertain, not reached.
    static let forms = #"""
        import Config
        config :a, x: System.fetch_env!("R01"), y: System.get_env("D02", "two"), z: System.get_env(~s(O03))
        config :a, x: "R04" |> System.fetch_env!(), y: "D05" |> System.get_env() |> Kernel.||("five")
        config :a, x: :os.getenv('R06') || raise("no"), y: :os.getenv(~c"D07", 'seven'), z: System.fetch_env("O08")
        config :a, x: String.to_integer(System.get_env("R09")), y: System.get_env("R10") |> String.split(",")
        if System.get_env("O11") == "yes", do: config(:a, x: System.fetch_env!("U12"))
        unless System.get_env("R13"), do: raise("no")
        if is_nil(System.get_env("R14")), do: raise("no")
        case System.get_env("R15") do
          nil -> raise "no"
          value -> config :a, x: value, y: System.fetch_env!("U16")
        end
        case config_env() do
          :dev -> System.fetch_env!("N17")
          :prod -> System.fetch_env!("R18")
          _ -> System.fetch_env!("N19")
        end
        cond do
          config_env() in [:dev, :test] -> System.fetch_env!("N20")
          System.get_env("O21") -> System.fetch_env!("U22")
          true -> System.fetch_env!("U23")
        end
        {:ok, value} = System.fetch_env("R24")
        url = "http://" <> System.get_env("R25")
        text = "#{System.get_env("O26")}"
        for name <- String.split(System.get_env("D27", "a,b"), ","), do: System.fetch_env!(name)
        Enum.map(~w(S28 S29), &System.fetch_env!/1)
        fun = fn -> System.fetch_env!("U30") end
        config :a, x: System.get_env()["O31"], y: System.get_env() |> Map.fetch!("R32"), z: Map.get(System.get_env(), "D33", "c")
        all = System.get_env()
        if config_env() == :test, do: System.fetch_env!("N34"), else: System.fetch_env!("R35")
        config_env() == :prod && System.fetch_env!("R36")
        System.get_env("O37") && System.fetch_env!("U38")
        Code.eval_file("more.exs")
        with {:ok, a} <- System.fetch_env("O39"), do: System.fetch_env!("U40")
        config :a, x: System.get_env("D41") || System.get_env("D42") || "last", y: System.get_env("O43", nil)
        config :a, x: System.get_env("D44") || 44, y: System.get_env(~S"D45") || System.tmp_dir!()
        try do
          System.fetch_env!("U46")
        rescue
          _ -> nil
        end
        config :a, x: env!("U47", :string), y: env!("D48", :integer, 48)
        if config_env() not in [:prod], do: System.fetch_env!("N49")
        config :a, x: System.get_env("D50") || ~s(fifty), y: (System.get_env("R51") || raise "no") |> String.trim()
        defmodule Settings do
          def key, do: System.fetch_env!("U52")
        end
        import_config "other.exs"
        """#

    @Test("every form of reading is told for what it is, and code for other environments is not told")
    func forms() throws {
        let reads = try LintRelease.built().ask(Self.forms, names: ["S28", "GONE"]).reads()
        for read in reads.reads {
            switch (read.name.first, read.need) {
            case ("R", .required), ("O", .optional): #expect(read.isCertain, "\(read.words)")
            case ("D", .defaulted): break
            case ("U", .required): #expect(!read.isCertain, "\(read.words)")
            default: Issue.record("\(read.words)")
            }
        }
        let numbers = Set(reads.reads.compactMap { Int($0.name.dropFirst()) })
        #expect(Set(1...52).subtracting(numbers) == [17, 19, 20, 28, 29, 34, 49])
        #expect(
            reads.notes.map { "\($0.kind) \($0.line) \($0.what)" } == [
                "dynamic 26 System.fetch_env!", "dynamic 27 System.fetch_env!", "everything 30 System.get_env",
                "opaque 34 Code.eval_file", "opaque 49 import_config",
            ])
        #expect(reads.namesInCode == ["S28": "runtime.exs"])
        #expect(!reads.isComplete)
    }

    @Test("places are those of the text: line and column of each call")
    func places() throws {
        let lines = Self.forms.split(separator: "\n", omittingEmptySubsequences: false)
        let reads = try LintRelease.built().ask(Self.forms).reads()
        for read in reads.reads where !["R04", "D05"].contains(read.name) {
            let rest = lines[read.line - 1].dropFirst(read.column - 1)
            let isCall = ["System.", "Map.", ":os.", "env!", ".getenv", "getenv", "[", "get_env"].contains { rest.hasPrefix($0) }
            #expect(isCall, "\(read.words): \(rest)")
        }
        #expect(reads.reads.count == 45)
    }

    @Test("names are found in the code as binaries, charlists and atoms, and the applications of OTP and Elixir do not count")
    func code() throws {
        let names = ["IN_A_BINARY", "IN_A_CHARLIST", "IN_AN_ATOM", "IN_A_SENTENCE", "GONE", "ERL_CRASH_DUMP"]
        let reads = try LintRelease.built().ask("import Config\n", names: names).reads()
        #expect(reads.namesInCode == ["IN_A_BINARY": "hello", "IN_A_CHARLIST": "hello", "IN_AN_ATOM": "hello"])
        #expect(reads.isComplete)
    }

    @Test("nothing of runtime.exs runs, and no value is printed")
    func inert() throws {
        let text = #"""
            import Config
            File.write!("ran", "")
            config :hello, key: System.fetch_env!("API_KEY"), other: raise(System.get_env("API_KEY"))
            """#
        let answer = try LintRelease.built().ask(text, names: ["API_KEY"], environment: ["API_KEY": "s3cr3t-value"])
        #expect(try answer.reads().reads.map(\.name) == ["API_KEY", "API_KEY"])
        #expect(!answer.files.contains("ran"))
        let encoded = Data("s3cr3t-value".utf8).base64EncodedString()
        for said in [answer.shell.output, answer.shell.errors] {
            #expect(!said.contains("s3cr3t-value") && !said.contains(encoded))
        }
    }

    @Test("a text that cannot be parsed is told with its place")
    func syntax() throws {
        let reads = try LintRelease.built().ask("import Config\nconfig :hello, port: 4000)\n").reads()
        let error = try #require(reads.syntaxError)
        #expect(error.line == 2 && error.column == 26)
        #expect(error.message.contains(")"))
        #expect(reads.reads.isEmpty && !reads.isComplete)
    }

    @Test("values are told of those variables alone that are asked for")
    func exports() throws {
        let asked = try LintRelease.built().ask(nil, environment: ["HOST": "a.b\nc", "OTHER": "x"], exports: ["HOST", "NONE"])
            .reads()
        #expect(asked.exports == ["HOST": "a.b\nc"])
    }

    @Test("a release without runtime.exs reads nothing there")
    func none() throws {
        let reads = try LintRelease.built().ask(nil).reads()
        #expect(reads.reads.isEmpty && reads.isComplete)
    }

    @Test(
        "odd texts are gone through without a fall", arguments: ["", "nil", "case", "if", "x |> 1", "fn -> end", "case x do end"])
    func odd(text: String) throws {
        let reads = try LintRelease.built().ask(text + "\nif x, y\n:os.getenv()\nfn a -> a end |> b\n&1\n&System.get_env/1\n")
            .reads()
        #expect(reads.syntaxError != nil || reads.notes.map(\.kind) == [.everything, .dynamic])
    }

    @Test("the reader is kept compiled, answers the same from there, and is compiled again when what was kept is damaged")
    func compiledOnce() throws {
        let scratch = try Scratch()
        let cache = scratch.path + "/readers"
        let text = "import Config\nconfig :hello, greeting: System.fetch_env!(\"GREETING\")\n"
        let release = try LintRelease.built()
        let first = try release.ask(text, cache: cache).reads()
        let kept = try #require(scratch.names("readers").first { $0.hasSuffix(".beam") })
        #expect(scratch.names("readers") == [kept])
        #expect(first.reads.map(\.name) == ["GREETING"])
        #expect(try release.ask(text, cache: cache).reads() == first)

        let whole = try Data(contentsOf: URL(fileURLWithPath: "\(cache)/\(kept)"))
        try whole.prefix(100).write(to: URL(fileURLWithPath: "\(cache)/\(kept)"))
        #expect(try release.ask(text, cache: cache).reads() == first)
        // Two compilations of one text differ by a few bytes, but each says how long it is: FOR1, then the length of the rest.
        let again = try Data(contentsOf: URL(fileURLWithPath: "\(cache)/\(kept)"))
        #expect(again.prefix(4) == Data("FOR1".utf8))
        #expect(again.dropFirst(4).prefix(4).reduce(0) { $0 << 8 | Int($1) } == again.count - 8)
    }

    @Test("names that are no names, or too many, are not handed over")
    func bounds() {
        let many = (0..<5000).map { "NAME_\($0)" } + ["A B", "", "1X", String(repeating: "X", count: 300)]
        let text = ConfigReader.environment(folder: "/f", names: many)[ConfigReader.namesVariable] ?? ""
        #expect(text.split(separator: " ").count == ConfigReader.mostNames)
        #expect(text.split(separator: " ").allSatisfy { $0.hasPrefix("NAME_") })
        let long = (0..<1000).map { String(repeating: "X", count: 200) + "\($0)" }
        #expect(ConfigReader.environment(folder: "/f", names: long)[ConfigReader.namesVariable]?.utf8.count ?? 0 <= 100 << 10)
    }
}
