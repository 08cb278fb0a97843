//! An open transaction, and the connection that it is open on.
//!
//! Invariant: a connection goes back to the pool only after its transaction was committed or given up
//! and the database has said so. After anything else, such as an error of the disk, nobody knows what
//! state the connection is in, and the next transaction on it could fail for ever or, worse, be
//! acknowledged and never committed. It is closed then, and the pool opens another.

use super::statements::safe;
use super::{StoreError, Writer};
use sqlx::any::AnyRow;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, Executor};

/// A transaction that writes. Dropped, it has written nothing and its connection is closed.
pub(super) struct Transaction {
    connection: PoolConnection<Any>,
    writer: Writer,
    is_over: bool,
}

impl Transaction {
    pub(super) async fn begin(writer: &Writer) -> Result<Self, StoreError> {
        let mut transaction = Self::opened(writer).await?;
        let begun = transaction.begun(writer.begin).await;
        begun.inspect_err(|_| writer.commits.fail())?;
        Ok(transaction)
    }

    /// Begins with the head locked, and tells of it.
    pub(super) async fn begin_locked(writer: &Writer) -> Result<(Self, AnyRow), StoreError> {
        let mut transaction = Self::opened(writer).await?;
        let begun = transaction.begun(&writer.statements.begin).await;
        let head = begun.and_then(|rows| rows.into_iter().next().ok_or(StoreError::Garbled));
        let head = head.inspect_err(|_| writer.commits.fail())?;
        Ok((transaction, head))
    }

    async fn opened(writer: &Writer) -> Result<Self, StoreError> {
        let mut moves = writer.hosts.moves();
        let opened = loop {
            tokio::select! {
                opened = writer.hosts.leading().writer.acquire() => break opened,
                Ok(()) = moves.changed() => {}
            }
        };
        let connection = opened.inspect_err(|_| writer.commits.could_not_be_opened())?;
        writer.commits.could_be_opened();
        Ok(Self {
            connection,
            writer: writer.clone(),
            is_over: false,
        })
    }

    async fn begun(&mut self, statement: &'static str) -> Result<Vec<AnyRow>, StoreError> {
        self.writer.still_in_place()?;
        let begin = sqlx::raw_sql(safe(statement));
        Ok(begin.fetch_all(&mut *self.connection).await?)
    }

    pub(super) fn is_on_a_file(&self) -> bool {
        self.writer.file.is_some()
    }

    pub(super) fn connection(&mut self) -> &mut AnyConnection {
        &mut self.connection
    }

    /// Makes it all true, at once.
    ///
    /// # Errors
    /// Nobody knows then whether it is true.
    pub(super) async fn commit(mut self) -> Result<(), StoreError> {
        let committed = self.committed().await;
        committed.inspect_err(|_| self.writer.commits.fail())?;
        self.is_over = true;
        self.writer.commits.succeed();
        Ok(())
    }

    async fn committed(&mut self) -> Result<(), StoreError> {
        self.connection.execute("commit").await?;
        self.writer.still_in_place()
    }

    /// Gives it up, where there was nothing to write.
    pub(super) async fn leave(mut self) -> Result<(), StoreError> {
        self.connection.execute("rollback").await?;
        self.is_over = true;
        Ok(())
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if !self.is_over {
            self.connection.close_on_drop();
        }
    }
}
