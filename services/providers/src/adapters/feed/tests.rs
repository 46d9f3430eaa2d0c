//! What a feed is, and what is none.

use super::*;

fn words(document: &str) -> String {
    parse(document).map_or_else(|error| error.to_string(), |feed| format!("{feed:?}"))
}

#[test]
fn rss_2_is_a_feed() {
    let feed = parse(
        "<?xml version=\"1.0\"?><!DOCTYPE rss SYSTEM \"https://a.example/rss.dtd\"><!-- c --><?x y?>
         <rss version='2.0' xmlns:atom='a'><channel><title><![CDATA[Quill & Co]]></title>
         <atom:link rel='self' href='https://q.example/rss'/><link>https://q.example</link>
         <lastBuildDate>Sat, 21 Nov 2026 10:00:00 PST</lastBuildDate>
         <item><guid isPermaLink='false'>g1</guid><title>A &amp;amp; B &lt;b&gt;c&lt;/b&gt;</title>
         <link>https://q.example/1</link><pubDate>Sat, 21 Nov 2026 09:00:00 Z</pubDate>
         <description>&lt;p&gt;short&lt;/p&gt;</description>
         <content:encoded><![CDATA[<p>the longer text &nbsp;</p>]]></content:encoded>
         <category>one</category><category>two</category><status>Available</status><x:y>1&nbsp;2 & 3</x:y></item>
         <item><title>no guid</title><link>https://q.example/2</link></item></channel></rss>",
    )
    .unwrap();
    assert_eq!((feed.title.as_str(), feed.link.as_str()), ("Quill & Co", "https://q.example"));
    assert_eq!(feed.built_at.unwrap().to_string(), "2026-11-21T18:00:00Z");
    let [first, second] = &feed.entries[..] else { panic!("{feed:?}") };
    assert_eq!((first.id.as_str(), first.title.as_str()), ("g1", "A & B c"));
    assert_eq!(first.body, "<p>the longer text &nbsp;</p>");
    assert_eq!(first.newest().unwrap().to_string(), "2026-11-21T09:00:00Z");
    assert_eq!(first.categories, ["one", "two"]);
    assert_eq!((first.other("status"), first.other("x:y")), (Some("Available"), Some("1&nbsp;2 & 3")));
    assert_eq!(second.id, "https://q.example/2");
}

#[test]
fn rss_1_is_a_feed() {
    let feed = parse(
        "<rdf:RDF xmlns:rdf='r' xmlns='x'><channel rdf:about='https://q.example'><title>Quill</title>
         <link>https://q.example</link><items><rdf:Seq><rdf:li/></rdf:Seq></items></channel>
         <image><title>no</title></image>
         <item rdf:about='urn:1'><title>One</title><dc:date>2026-11-21T09:00:00+01:00</dc:date></item></rdf:RDF>",
    )
    .unwrap();
    assert_eq!((feed.title.as_str(), feed.entries.len()), ("Quill", 1));
    assert_eq!(feed.entries[0].id, "urn:1");
    assert_eq!(feed.entries[0].published.unwrap().to_string(), "2026-11-21T08:00:00Z");
}

#[test]
fn atom_is_a_feed() {
    let feed = parse(
        "<feed xmlns='http://www.w3.org/2005/Atom'><title type='text'>Quill</title><updated>2026-11-21T09:00:00Z</updated>
         <link rel='self' href='https://q.example/feed'/><link href='https://q.example'/>
         <entry><id>tag:1</id><title>One</title><link rel='alternate' type='text/html' href='https://q.example/1?a=1&amp;b=2'/>
         <published>2026-11-21T08:00:00Z</published><updated>2026-11-21T08:30:00Z</updated><category term='net'/>
         <content type='xhtml'><div><p>It is <b>late</b>.</p></div></content><author><name>Q</name></author></entry></feed>",
    )
    .unwrap();
    assert_eq!((feed.title.as_str(), feed.link.as_str()), ("Quill", "https://q.example"));
    let entry = &feed.entries[0];
    assert_eq!(entry.url().as_deref(), Some("https://q.example/1?a=1&b=2"));
    assert_eq!(
        (entry.body.as_str(), entry.categories[0].as_str()),
        ("<div><p>It is <b>late</b>.</p></div>", "net")
    );
    assert_eq!(feed.built_at.unwrap().to_string(), "2026-11-21T09:00:00Z");
}

#[test]
fn what_is_no_feed_says_so() {
    assert_eq!(words(" "), "the answer is empty");
    assert_eq!(words("{}"), "a JSON document came instead of a feed: \"{}\"");
    assert_eq!(words("page is inactive"), "plain text came instead of a feed: \"page is inactive\"");
    assert_eq!(
        words("<!DOCTYPE html><html><head><title>Just a moment...</title>"),
        "an HTML page came instead of a feed: \"Just a moment...\""
    );
    assert_eq!(
        words("<opml/>"),
        "unexpected shape: a feed is `rss`, `rdf:RDF` or `feed` at its root, and this is `opml`"
    );
    assert_eq!(words("<rss/>"), "unexpected shape: a feed has a `channel`, and this has none");
}

#[test]
fn faults_have_their_place() {
    assert_eq!(
        words("<rss>\n <channel>"),
        "the XML breaks off at line 2, column 11: the answer was cut short"
    );
    assert_eq!(words("<rss><chan"), "the XML breaks off at line 1, column 11: the answer was cut short");
    assert!(words("<rss>\n<channel></rss>").starts_with("the XML is broken at line 2, column 10"));
    assert!(words("<rss><channel/></rss><rss/>").contains("a second root element"));
    assert!(words("<rss><channel/></rss>x").contains("text outside the root"));
}

#[test]
fn nothing_is_expanded_and_nothing_is_fetched() {
    let laughs = "<!DOCTYPE rss [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><rss><channel><title>&b;</title></channel></rss>";
    assert!(words(laughs).contains("a document type with definitions of its own"));
    let parameter = "<!DOCTYPE rss [<!ENTITY % x SYSTEM \"file:///etc/passwd\"> %x;]><rss><channel/></rss>";
    assert!(words(parameter).contains("a document type with definitions of its own"));
    let feed = parse(
        "<!DOCTYPE rss PUBLIC \"-//X\" \"https://x.example/x.dtd\"><rss><channel><title>&b;</title></channel></rss>",
    );
    assert_eq!(feed.unwrap().title, "&b;");
}

#[test]
fn size_and_depth_are_bounded() {
    assert!(words(&"<a>".repeat(1_000_000)).contains("at its root"));
    assert!(words(&format!("<rss>{}", "<a>".repeat(1_000_000))).contains("nested deeper"));
    let items = format!("<rss><channel>{}</channel></rss>", "<item/>".repeat(6000));
    assert!(words(&items).contains("more entries"));
    let fields = format!("<rss><channel><item>{}</item></channel></rss>", "<x/>".repeat(300_000));
    assert!(words(&fields).contains("more elements"));
    let long = format!("<rss><channel><item><description>{}", "é".repeat(1_000_000));
    assert!(words(&long).contains("breaks off"));
    let long = format!("{long}</description></item></channel></rss>");
    assert_eq!(parse(&long).unwrap().entries[0].body.len(), field::MOST_BYTES);
}
