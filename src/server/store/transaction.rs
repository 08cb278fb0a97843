//! An open transaction, and the connection that it is open on.
//!
//! Invariant: a connection goes back to the pool only after its transaction was committed or given up
//! and the database has said so. After anything else, such as an error of the disk, nobody knows what
//! state the connection is in, and the next transaction on it could fail for ever or, worse, be
//! acknowledged and never committed. It is closed then, and the pool opens another.

use super::{StoreError, Writer};
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
        let opened = writer.pool.acquire().await;
        let connection = opened.inspect_err(|_| writer.commits.could_not_be_opened())?;
        writer.commits.could_be_opened();
        let mut transaction = Self {
            connection,
            writer: writer.clone(),
            is_over: false,
        };
        let begun = transaction.begun().await;
        begun.inspect_err(|_| writer.commits.fail())?;
        Ok(transaction)
    }

    async fn begun(&mut self) -> Result<(), StoreError> {
        self.writer.still_in_place()?;
        self.connection.execute(self.writer.begin).await?;
        Ok(())
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
