//! E-mail by SMTP: one message in one conversation with the mail server, over TLS.
//!
//! What the server says of the recipient or the message with a 5 is final; everything else, its own
//! troubles and those of the way to it, is tried again. The Message-ID follows from the delivery and the
//! attempt, so a message that is handed over twice, because nobody heard the answer, is recognised as
//! one. Where the server offers delivery status notifications it is asked for them, under the same name.
//! Deliberately receives no mail: what comes back is read by `nightdesk bounce`.

use super::words::Letter;
use crate::config::server::{Security, Smtp as Settings};
use crate::domain::delivery::Answer;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters,
};
use lettre::transport::smtp::commands::{Data, Ehlo, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, MailParameter, RcptParameter};
use lettre::transport::smtp::{Error, response::Response};
use secrecy::ExposeSecret;
use std::time::Duration;

/// A mail server that messages are handed to.
pub(super) struct Smtp {
    host: String,
    port: u16,
    security: Security,
    from: Mailbox,
    /// Where what cannot be delivered comes back.
    bounces_to: lettre::Address,
    credentials: Option<Credentials>,
    tls: TlsParameters,
    hello: ClientId,
}

/// Why a message was not taken.
enum Trouble {
    /// The same may be taken later.
    NotNow(String),
    /// It never will be.
    Never(String),
}

impl Smtp {
    /// The mail server of these settings.
    ///
    /// # Errors
    /// A sentence that says which setting cannot be used.
    pub(super) fn open(settings: Settings) -> Result<Self, String> {
        let from: Mailbox = settings
            .from
            .parse()
            .map_err(|error| format!("smtp.from is not a sender: {error}"))?;
        let bounces_to = match &settings.bounces_to {
            Some(address) => address
                .parse()
                .map_err(|error| format!("smtp.bounces_to is not an address: {error}"))?,
            None => from.email.clone(),
        };
        let mut tls = TlsParameters::builder(settings.host.clone());
        if let Some(pem) = &settings.trusted {
            let trusted = Certificate::from_pem(pem)
                .map_err(|error| format!("smtp.ca_file holds no certificates: {error}"))?;
            // Whoever names the certificates means these and no others.
            tls = tls
                .certificate_store(CertificateStore::None)
                .add_root_certificate(trusted);
        }
        let tls = tls
            .build()
            .map_err(|error| format!("TLS to the mail server cannot be set up: {error}"))?;
        let credentials = settings
            .credentials
            .map(|(user, password)| Credentials::new(user, password.expose_secret().to_owned()));
        Ok(Self {
            hello: ClientId::Domain(from.email.domain().to_owned()),
            host: settings.host,
            port: settings.port,
            security: settings.security,
            from,
            bounces_to,
            credentials,
            tls,
        })
    }

    /// Hands a message over.
    pub(super) async fn send(&self, to: &str, letter: &Letter, within: Duration) -> Answer {
        match self.hand_over(to, letter, within).await {
            Ok(()) => Answer::Accepted {
                reference: Some(letter.name_of(letter.attempt)),
            },
            Err(Trouble::NotNow(why)) => Answer::NotNow(why),
            Err(Trouble::Never(why)) => Answer::Never(why),
        }
    }

    async fn hand_over(&self, to: &str, letter: &Letter, within: Duration) -> Result<(), Trouble> {
        let to: lettre::Address = to
            .parse()
            .map_err(|_| Trouble::Never("the directory's address is no e-mail address".into()))?;
        let message = self.message(to.clone(), letter)?;
        let mut conversation = self.connect(within).await.map_err(of_the_server)?;
        let answered = self.converse(&mut conversation, to, letter, &message).await;
        match &answered {
            // What was accepted is accepted, however the conversation ends.
            Ok(()) => drop(conversation.quit().await),
            Err(_) => conversation.abort().await,
        }
        answered
    }

    fn message(&self, to: lettre::Address, letter: &Letter) -> Result<Vec<u8>, Trouble> {
        let domain = self.from.email.domain();
        let name = |attempt: u32| format!("<{}@{domain}>", letter.name_of(attempt));
        let mut message = Message::builder()
            .message_id(Some(name(letter.attempt)))
            .date(letter.written_at.into())
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject.clone())
            .header(AutoSubmitted);
        if letter.attempt > 1 {
            message = message.in_reply_to(name(1)).references(name(1));
        }
        let body = MultiPart::alternative()
            .singlepart(part(ContentType::TEXT_PLAIN, letter.plain()))
            .singlepart(part(ContentType::TEXT_HTML, letter.html()));
        let message = message
            .multipart(body)
            .map_err(|error| Trouble::Never(format!("the message cannot be written: {error}")))?;
        Ok(message.formatted())
    }

    async fn connect(&self, within: Duration) -> Result<AsyncSmtpConnection, Error> {
        let at_once = (self.security == Security::Tls).then(|| self.tls.clone());
        let mut conversation = AsyncSmtpConnection::connect_tokio1(
            (self.host.as_str(), self.port),
            Some(within),
            &self.hello,
            at_once,
            None,
        )
        .await?;
        if self.security == Security::Starttls {
            conversation.starttls(self.tls.clone(), &self.hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            conversation.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(conversation)
    }

    async fn converse(
        &self,
        conversation: &mut AsyncSmtpConnection,
        to: lettre::Address,
        letter: &Letter,
        message: &[u8],
    ) -> Result<(), Trouble> {
        let offered = conversation
            .command(Ehlo::new(self.hello.clone()))
            .await
            .map_err(of_the_server)?;
        let (mail, rcpt) = if offers_status_notifications(&offered) {
            ask_for_status(letter)
        } else {
            (Vec::new(), Vec::new())
        };
        let from = Some(self.bounces_to.clone());
        conversation
            .command(Mail::new(from, mail))
            .await
            .map_err(of_the_server)?;
        conversation
            .command(Rcpt::new(to, rcpt))
            .await
            .map_err(of_the_recipient)?;
        conversation.command(Data).await.map_err(of_the_recipient)?;
        let taken = conversation.message(message).await;
        taken.map(drop).map_err(of_the_recipient)
    }
}

fn part(kind: ContentType, text: String) -> lettre::message::SinglePart {
    lettre::message::SinglePart::builder()
        .header(kind)
        .body(text)
}

fn offers_status_notifications(offered: &Response) -> bool {
    offered
        .message()
        .any(|line| line.trim().eq_ignore_ascii_case("DSN"))
}

/// RFC 3461: whatever comes back tells of which delivery it is.
fn ask_for_status(letter: &Letter) -> (Vec<MailParameter>, Vec<RcptParameter>) {
    let mail = |keyword: &str, value: String| MailParameter::Other {
        keyword: keyword.to_owned(),
        value: Some(value),
    };
    let notify = RcptParameter::Other {
        keyword: "NOTIFY".to_owned(),
        value: Some("SUCCESS,FAILURE,DELAY".to_owned()),
    };
    (
        vec![
            mail("RET", "HDRS".to_owned()),
            mail("ENVID", letter.name_of(letter.attempt)),
        ],
        vec![notify],
    )
}

/// Trouble with the server itself says nothing about the recipient, even where it sounds final.
fn of_the_server(error: Error) -> Trouble {
    Trouble::NotNow(sentence(&error))
}

fn of_the_recipient(error: Error) -> Trouble {
    if error.is_permanent() {
        Trouble::Never(sentence(&error))
    } else {
        Trouble::NotNow(sentence(&error))
    }
}

fn sentence(error: &Error) -> String {
    match (error.status(), error.is_timeout()) {
        (Some(_), _) => format!("the mail server said no: {error}"),
        (None, true) => "the mail server did not answer in time".to_owned(),
        (None, false) => format!("the mail server could not be spoken to: {error}"),
    }
}

/// RFC 3834: no machine answers a machine.
#[derive(Clone, Copy)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
